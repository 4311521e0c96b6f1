"""Endpoints of check-ups."""
