"""Lists of pupils that schools send as OneRoster files (CSV, 1.1 and 1.2): looked at first, then taken in whole."""
