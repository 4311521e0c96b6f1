"""Produce: what farmers bring is weighed, graded and sold to the city, and everybody's part is shown and paid."""
