"""Complaints: one desk for every payment and every entry, with clocks that nobody has to watch."""
