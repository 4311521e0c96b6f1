"""Calendars and bookings: the one scheduler of health, education and tourism. It has no money and no diagnosis."""
