"""Unexpected input of every kind breaks nothing."""
