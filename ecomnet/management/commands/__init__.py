"""Management commands of the top package."""
