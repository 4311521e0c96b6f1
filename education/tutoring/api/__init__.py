"""Tutoring over the API."""
