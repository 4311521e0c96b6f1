"""Photos and papers: re-encoded, served by permission."""
