"""Benchmarks. Each prints a table when run by scripts/bench."""
