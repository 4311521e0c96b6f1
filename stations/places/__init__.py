"""Divisions of the state: provinces down to villages, their names over time."""
