"""Loans over the API."""
