"""Contracts and certificates of partners and helpers."""
