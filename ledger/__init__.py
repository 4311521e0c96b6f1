"""Money itself: accounts and transfers. Knows nothing of orders or people."""
