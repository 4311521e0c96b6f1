"""Administration of this app: a table of contents."""
