"""The simulated world: accounts, homes, Points, weather and events."""
