"""Floats over the API: filled, lent, taken out, foreseen, and their rules."""
