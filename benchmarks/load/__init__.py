"""A county's day as traffic: what locust plays against a running system. `./dev load` starts and judges it."""
