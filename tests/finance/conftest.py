"""The roles of the database, and damage for the auditor to find, as the ledger's own tests have them."""

from tests.ledger.conftest import as_superuser as as_superuser
from tests.ledger.conftest import each_role as each_role
