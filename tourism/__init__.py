"""Journeys: village tours, stays, and travel bookings for villagers. Without work yet."""
