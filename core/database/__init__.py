"""The database: statements, their compilation, the SQL of functions."""
