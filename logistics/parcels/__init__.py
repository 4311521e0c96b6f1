"""Parcels: sent, carried, waiting at a station, handed over against a code."""
