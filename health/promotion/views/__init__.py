"""Pages of health promotion."""
