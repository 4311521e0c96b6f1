"""Quizzes of courses: written by teachers, taken by learners at the station, marked here."""
