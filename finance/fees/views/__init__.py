"""What was earned and why; the plans, tariffs and corrections behind it."""
