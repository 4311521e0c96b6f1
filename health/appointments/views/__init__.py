"""Pages of appointments: registering a resident, the appointment, and series of them."""
