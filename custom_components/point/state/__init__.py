"""What is known of an account. Pure: no Home Assistant, no I/O."""
