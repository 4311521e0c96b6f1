"""What operators do, done: backups that bring everything back."""
