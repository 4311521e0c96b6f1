"""Pages of health records: the record itself, and who else may read it."""
