"""The web page of the simulator."""
