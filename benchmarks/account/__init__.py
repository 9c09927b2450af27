"""What an account costs, beside core's `point` and the floor."""
