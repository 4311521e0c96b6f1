"""Learning: children's classes, tutoring, libraries, supplies, calls with parents. Without work yet."""
