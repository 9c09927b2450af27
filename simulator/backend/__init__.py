"""Webhooks, tokens, rate limits, faults and switches behind the API."""
