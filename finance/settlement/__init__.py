"""Bank lines and provider files."""
