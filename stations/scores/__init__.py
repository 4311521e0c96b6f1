"""How stations do: facts, days, the monthly score with its reasons, and early warnings that bring help."""
