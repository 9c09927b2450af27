"""The write side: what the user changes at Minut."""
