"""Parcels and the routes that carry them."""
