"""Phones recharged: operators, their plans, and what was recharged."""
