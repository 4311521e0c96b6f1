"""Health promotion over the API."""
