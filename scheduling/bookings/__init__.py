"""Places that people have: held, booked, attended, cancelled, waited for."""
