"""Looking at stations: inspections before they open and while they work, and visits that help."""
