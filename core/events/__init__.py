"""Facts that other apps may react to a minute later: the outbox and its relay."""
