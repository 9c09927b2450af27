"""The read side: when to ask Minut, and for what."""
