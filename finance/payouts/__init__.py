"""Paying out what was earned: accounts of payees, batches by two people, the bank's file and its answers."""
