"""Goods that villagers order at the station: agreed by code or signature, paid, packed, handed over."""
