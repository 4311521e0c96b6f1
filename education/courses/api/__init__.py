"""Courses over the API: courses, classes, roll calls, what was watched, certificates."""
