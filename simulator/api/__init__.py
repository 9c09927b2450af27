"""Minut's API: the endpoints."""
