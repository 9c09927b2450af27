"""What Assist may ask: what happened, and what was measured. Nothing here changes anything."""
