"""School kits over the API."""
