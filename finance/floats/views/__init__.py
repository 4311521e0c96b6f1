"""The pages of floats: at the counter, at the county and finance desk, between stations."""
