"""Promises of money: payments, tills, floats, bills, fees and settlement."""
