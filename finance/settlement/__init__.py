"""Days closed, statements of what was earned, and what the audit proves about money at the counter."""
