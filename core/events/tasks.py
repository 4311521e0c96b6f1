"""Delivery of events to their handlers."""
