"""The auditor: proves from the rows alone that the books are right. Its own SQL; it shares no code with posting.

A check is one SQL statement, so that it sees one snapshot, and returns the rows that are wrong, none when all is well.
Apps above add theirs (`ledger.hooks.AUDIT_CHECKS`). Rows are grouped by whom they concern: an open
finding stops settlement and payouts of its scope, never a sale.

`audit_book` reads all history. `audit_recent` is the audit of an hour: what it costs depends on what has come since the
last whole audit, not on how much there is.
"""

from ledger.audit.checks import PAYEES, Check, Wrong, by_account, in_book, scope_of
from ledger.audit.proofs import CHECKS
from ledger.audit.runs import (
    QUICK_AGAIN,
    UNDER_WAY,
    WHOLE_AGAIN,
    WHOLE_EACH_HOUR,
    all_checks,
    audit_book,
    audit_recent,
    is_whole_due,
)
