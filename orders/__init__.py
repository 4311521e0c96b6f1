"""Goods: catalogue, purchases, returns, produce and farmers' shops. Without work yet."""
