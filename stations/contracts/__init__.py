"""How partners and helpers stand: on leave, suspended, back, ended."""
