"""Idempotency keys: every write from outside happens once."""
