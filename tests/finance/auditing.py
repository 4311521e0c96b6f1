"""What those who look at the whole book say of it."""

from django.utils.timezone import now

from ledger.audit import audit_book
from ledger.queries import open_findings, trial_balance
from tests.factories.days import today
from tests.factories.finance import book


def findings() -> list[str]:
    """What the auditor says of the book."""
    audit_book(book=book(), at=now())
    return [found.check_code for found in open_findings(book())]


def assert_balanced() -> None:
    """Debits and credits of all accounts are the same sum."""
    lines = trial_balance(book(), date=today())
    assert sum(line.debits - line.credits for line in lines) == 0
