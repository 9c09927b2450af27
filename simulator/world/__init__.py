"""Homes, devices, weather and time."""
