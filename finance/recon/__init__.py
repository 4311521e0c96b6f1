"""Daily files of companies, statements of our bank, and what does not agree."""
