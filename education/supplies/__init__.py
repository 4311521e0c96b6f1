"""School kits of a donor: campaigns, kits with serials, hand-overs to children, and what the donor reads."""
