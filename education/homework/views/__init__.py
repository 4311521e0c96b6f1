"""Pages of homework."""
