"""Boxes of a coming harvest that residents order and pay before it is brought."""
