"""Two changes of tables, for tests of how they are made beside people at work."""
