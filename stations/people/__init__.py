"""Households, residents, consents, and finding them."""
