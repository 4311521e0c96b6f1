"""Pages of check-ups: packages and campaigns, days, one check-up with its report, numbers."""
