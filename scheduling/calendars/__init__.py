"""Resources, when they are available, and the places that can be booked."""
