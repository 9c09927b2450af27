"""Whatever may come from outside: nothing of it breaks anything."""
