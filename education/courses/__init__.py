"""Courses and the Super Classroom: versions of courses, classes of a station, roll call, progress, certificates."""
