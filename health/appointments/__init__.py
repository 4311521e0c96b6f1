"""Appointments of residents with doctors: booked at a station, kept at the desk of the hospital."""
