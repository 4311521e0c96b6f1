"""The keys of personal numbers: noted, changed while the house works, and retired when nothing is left under them."""
