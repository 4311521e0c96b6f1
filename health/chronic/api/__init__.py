"""Endpoints of chronic care."""
