"""Commission plans, commission lines, and why they were earned."""
