"""Import of Minut's time series into Home Assistant's long-term statistics."""
