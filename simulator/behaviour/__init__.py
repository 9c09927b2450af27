"""The behaviour of Points, alarms, noise monitoring and people."""
