"""Typed client for Minut's cloud API. Does not depend on Home Assistant."""
