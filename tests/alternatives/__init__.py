"""Minut as it may really be: one test per alternative of the simulator."""
