"""Trainings of farmers, young people, officials and people of stations: who signed in."""
