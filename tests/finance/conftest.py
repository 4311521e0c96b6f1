"""Damage for the auditor to find, as the ledger's own tests make it."""

from tests.ledger.conftest import as_superuser as as_superuser
