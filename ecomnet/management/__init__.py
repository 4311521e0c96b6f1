"""Management commands of the roof."""
