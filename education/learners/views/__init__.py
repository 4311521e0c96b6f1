"""Pages of whoever runs the room, and those of the learners themselves."""
