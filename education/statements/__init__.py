"""What was learnt as statements of the Experience API (xAPI 1.0.3), of pseudonyms, for a learning record store."""
