"""Rooms of a station, which the stations of its county book by the hour: at once at home, by request elsewhere."""
