"""Credit: what was seen of a borrower, who is close to whom, and how much may be lent to whom."""
