"""Random sequences of all money verbs against a tiny model of the accounts."""
