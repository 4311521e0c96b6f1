"""Promises of money: payments, tills, floats, bills, fees, reconciliation and settlement."""
