"""Pages and requests: forms, actions, lists, limits, errors."""
