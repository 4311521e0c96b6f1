"""Calendars and bookings, one scheduler for every trade. Without work yet."""
