"""Triggers of the integration: by states of the account, by stays and by any event."""
