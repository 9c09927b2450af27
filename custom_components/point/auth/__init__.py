"""Sign-in at Minut: OAuth, tokens and YAML credentials."""
