"""Trainings over the API."""
