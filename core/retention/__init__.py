"""What has outlived its use is deleted."""
