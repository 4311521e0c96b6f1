"""Homework over the API: set, handed in, returned, graded."""
