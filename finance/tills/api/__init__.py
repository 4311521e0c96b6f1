"""The drawer over the API."""
