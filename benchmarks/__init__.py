"""Measurements: each module prints a table when run by scripts/bench."""
