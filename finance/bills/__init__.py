"""Billers, bills fetched and bills paid."""
