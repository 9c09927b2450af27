"""Events that Minut pushes."""
