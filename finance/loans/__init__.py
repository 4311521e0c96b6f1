"""Loans: a lender's products and their true price, from the wish to the last instalment."""
