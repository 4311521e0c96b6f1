"""Libraries over the API: books, lending by scan, reservations and stock-takes."""
