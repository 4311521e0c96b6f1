"""Stations over the API."""
