"""Pages of residents: find, register, look, correct, agree."""
