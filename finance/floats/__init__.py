"""Prepaid money of a partner: rules of a station's money, top-ups."""
