"""Residents over the API: found, registered, corrected; always shown masked."""
