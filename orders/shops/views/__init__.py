"""Views of shops: the console, and what anybody may open."""
