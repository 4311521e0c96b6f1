"""What a person may ask of us: a copy of everything, and to be forgotten."""
