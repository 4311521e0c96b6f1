"""Factories without surprises."""
