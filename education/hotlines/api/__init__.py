"""Calls home over the API."""
