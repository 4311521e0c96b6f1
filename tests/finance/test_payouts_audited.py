"""What somebody with all rights has changed by hand of a payout, the auditor finds."""

import pytest
from django.db import connection
from django.utils.timezone import now

from finance.models import PayoutLine
from ledger.audit import audit_book
from ledger.models import AuditFinding
from tests.factories.finance import book
from tests.factories.payouts import bank_says, cash_payout, payable, submitted
from tests.ledger.conftest import as_role

pytestmark = pytest.mark.usefixtures("own_database")


def findings():
    run = audit_book(book=book(), at=now())
    return set(AuditFinding.objects.filter(last_run=run).values_list("check_code", flat=True))


def damage(statement):
    """Done as only a superuser can, with triggers switched off."""
    with as_role("postgres"), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)


DAMAGE = [
    ("UPDATE finance_payoutbatch SET total_minor = total_minor + 1", "finance.payout_batches_are_their_payouts"),
    ("UPDATE finance_payoutline SET status = 'processing'", "finance.payout_holds_end_with_payouts"),
    ("UPDATE finance_payoutline SET amount_minor = 5", "finance.payout_holds_end_with_payouts"),
]


@pytest.mark.parametrize(("statement", "code"), DAMAGE)
def test_the_auditor_finds_a_payout_that_somebody_changed_by_hand(statement, code):
    payable()
    submitted()
    bank_says(PayoutLine.objects.get(), "paid")
    before = findings()
    damage(statement)
    assert code in findings() - before


def test_the_auditor_finds_cash_that_is_owed_to_nobody():
    cash_payout()
    before = findings()
    damage("UPDATE finance_refund SET amount_minor = 599")
    assert "finance.payout_cash_is_owed" in findings() - before
