"""Messages to people, in their language, at a decent hour, once."""
