"""Pages of payouts: the batches of finance, the payees and where they are paid, and everybody's own."""
