"""What is learnt in a county, in numbers."""
