"""Insurance over the API."""
