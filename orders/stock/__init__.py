"""Stock: what lies in the warehouses, what is reserved, and every movement of it."""
