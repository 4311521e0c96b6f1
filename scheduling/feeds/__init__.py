"""Calendars that a phone or a computer subscribes to (RFC 5545): times, public labels and places, and nothing else."""
