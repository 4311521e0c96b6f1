"""Users, devices, posts, and signing in."""
