"""What the auditor finds, for tests."""

from ledger.models import AuditFinding, AuditRun
from tests.factories.finance import book
from tests.factories.settlement import MONDAY, noon


def finding(scope, key, *, code="finance.tills_are_counted"):
    """Something that the newest audit has found."""
    run = AuditRun.objects.create(book=book(), started_at=noon(MONDAY), finished_at=noon(MONDAY), checks=1, findings=1)
    return AuditFinding.objects.create(
        book=run.book,
        last_run=run,
        check_code=code,
        scope=scope,
        scope_key=key,
        fingerprint="f" * 64,
        row_count=1,
        sample=[],
        found_at=noon(MONDAY),
    )
