"""Appointments are of persons: the administration shows none of them."""
