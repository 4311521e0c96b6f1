"""Safeguarding over the API: concerns, a child's file and consents, checks of adults."""
