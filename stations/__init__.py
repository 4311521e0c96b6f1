"""Stations, places and people: who is where, and who may do what."""
