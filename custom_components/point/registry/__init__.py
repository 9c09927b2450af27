"""Devices, entities and their limits in Home Assistant's registries."""
