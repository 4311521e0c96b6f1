"""Parcels and the routes that carry them. Without work yet."""
