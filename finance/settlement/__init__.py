"""What the auditor proves about money at the counter."""
