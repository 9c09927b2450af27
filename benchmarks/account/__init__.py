"""Cost of an account, compared with core's `point` and with a minimal integration."""
