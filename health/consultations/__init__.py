"""Consultations at a distance: asked for at a station, sorted, answered by a doctor, prescribed and released."""
