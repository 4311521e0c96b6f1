"""Promotions: what is taken off the price of an order, who bears it, and how much of it there is."""
