"""Calls home: booths, the people whom a child may call, booked calls and what became of them. Nothing is recorded."""
