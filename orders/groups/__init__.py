"""A village buys together: pledges with money, a cut-off, and a price that falls with what is pledged."""
