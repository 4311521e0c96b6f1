"""Insurance: cover that funds pay for, claims of families, and what became of them."""
