"""Goods that buyers bring back: one article of one parcel, its way to the county centre, and the money for it."""
