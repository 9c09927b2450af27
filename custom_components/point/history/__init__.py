"""Import of Minut's series into Home Assistant's statistics."""
