"""When and what to ask Minut."""
