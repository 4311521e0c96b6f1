"""What a person was told: the page of messages."""
