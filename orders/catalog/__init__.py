"""Catalogue: what is sold, who supplies it, and at which price where."""
