"""The pages of tutoring."""
