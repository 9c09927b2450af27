"""Minut's cloud, typed. Imports nothing of Home Assistant and could be published as it stands."""
