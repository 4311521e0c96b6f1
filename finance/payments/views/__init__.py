"""Pages of payments, slips and money owed back."""
