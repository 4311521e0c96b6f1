"""Hospitals that residents are registered with: departments, doctors, fees and rules."""
