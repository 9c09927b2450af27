"""Soak test: a day with many homes in minutes, checked for leaks, log lines and wrong states."""
