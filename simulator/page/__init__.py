"""The web page from which a person controls the simulator."""
