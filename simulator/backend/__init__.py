"""The machinery behind the API: hooks, tokens, limits, faults."""
