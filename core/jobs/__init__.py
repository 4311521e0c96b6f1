"""Work to be done later: rows written with their cause, claimed under a lease."""
