"""Quizzes over the API: written, taken, marked. No answer holds the key of a question."""
