"""The behavior of Points, alarms, noise monitoring and people."""
