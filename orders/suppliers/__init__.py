"""Suppliers with an order system of their own: what is pushed to it, as docs/providers.md says."""
