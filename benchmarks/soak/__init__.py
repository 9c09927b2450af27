"""A day of many homes in minutes: leaks, log lines and wrong states."""
