"""The drawer: cash days and counts."""
