"""A county's day as traffic: what locust plays against a running house. `./dev load` starts and judges it."""
