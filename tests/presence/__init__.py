"""Tests of bookings and presence."""
