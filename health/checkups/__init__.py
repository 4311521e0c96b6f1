"""Check-ups of older residents: packages of items, campaigns with days, results, and reports in plain words."""
