"""Tests of Minut's cloud, typed."""
