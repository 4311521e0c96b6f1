"""The auditor on floats: silent over whatever the verbs have done, and loud where a row was doctored."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from core.money import parse
from finance.floats.audit import CHECKS
from finance.floats.services import CodeSignature, accept_float, decline_float, expire_float, recall_float, send_float
from finance.models import FloatTransfer, TopUpCash
from ledger.services import expire_hold
from tests.factories.days import today
from tests.factories.finance import book, desk
from tests.finance.test_float_cash import Centre, code_of
from tests.ledger.conftest import as_role


def found():
    return [(check.code, wrong.scope, wrong.scope_key) for check in CHECKS for wrong in check.find(book(), now())]


@pytest.fixture
def floats(db):
    return whatever_the_verbs_can_do()


def whatever_the_verbs_can_do():
    """A transfer of each state, and cash that was taken; the county's code."""
    centre = Centre(float_minor=1_000_00)
    mine, theirs = centre.ready, desk(till_open=False)

    def sent(at=None):
        ten = parse("10.00", "CNY")
        return send_float(station=mine.station, to=theirs.station, amount=ten, by=mine.partner, at=at or now())

    accept_float(transfer=sent(), by=theirs.partner, at=now())
    decline_float(transfer=sent(), by=theirs.partner, at=now())
    recall_float(transfer=sent(), by=mine.partner, at=now())
    late = sent(now() - dt.timedelta(days=1))
    expire_hold(pending_id=late.hold_transfer_id, business_date=today(), at=now())
    assert found() == []  # for a moment the ledger is ahead
    expire_float(transfer=late, at=now())
    sent()
    topup = centre.counted()
    centre.take(topup, CodeSignature(code_of(topup)))
    assert found() == []
    return mine.station.county.code[:6]


@pytest.mark.parametrize(
    ("status", "doctored"),
    [
        ("sent", {"status": "declined", "answered_at": "2026-11-25T00:00Z"}),
        ("expired", {"status": "recalled"}),
        ("declined", {"status": "expired"}),
    ],
)
def test_a_transfer_that_tells_another_story_than_its_money_is_found(floats, status, doctored):
    FloatTransfer.objects.filter(status=status).update(**doctored)
    assert found() == [("finance.float_holds_end_with_transfers", "county", floats)]


def test_a_transfer_of_another_amount_than_its_money_is_found(own_database):
    county = whatever_the_verbs_can_do()
    with as_role("postgres"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE finance_floattransfer SET amount_minor = 10_01 WHERE status = 'accepted'")
    assert found() == [("finance.float_holds_end_with_transfers", "county", county)]


def test_cash_that_differs_from_what_was_counted_is_found(floats):
    TopUpCash.objects.update(counted_minor=2_000_01)
    assert found() == [("finance.float_cash_is_what_was_counted", "county", floats)]
