"""How Points, alarms and people behave."""
