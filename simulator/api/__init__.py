"""The endpoints of Minut's API."""
