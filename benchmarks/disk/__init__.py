"""Bytes that an account writes in a day, compared with core's `point`."""
