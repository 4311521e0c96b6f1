"""Parcels that villagers send to the city: priced, paid at the counter, given to a carrier."""
