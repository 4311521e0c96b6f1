"""Deferred work: jobs are rows written with their cause and claimed under a lease."""
