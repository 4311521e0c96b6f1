"""Pages of accounts: signing in, one's own account, and the posts of a county."""
