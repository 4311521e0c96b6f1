"""Content packages over the API."""
