"""The keys of personal numbers: noted, changed while the system works, and retired when nothing is left under them."""
