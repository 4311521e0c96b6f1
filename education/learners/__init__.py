"""Learners' pages: a child opens its own page on a device of the station, with three pictures in their order."""
