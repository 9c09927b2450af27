"""Bookings from any calendar, and who is in a home: for the homes that have settings."""
