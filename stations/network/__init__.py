"""Stations, their hours, services, pauses, and the public register."""
