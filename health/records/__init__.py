"""Health records: measurements with their units, and confirmed diagnoses."""
