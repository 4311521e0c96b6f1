"""What a payee disputes is shown on the statement and paid all the same, until somebody has decided."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.money import Money
from finance import chart
from finance.complaints.queries import disputed
from finance.complaints.services import decide_dispute, dispute_entry
from finance.fees.services import approve_adjustment, propose_adjustment
from finance.models import Complaint, Statement
from ledger.audit import audit_book
from ledger.models import AuditFinding, Entry
from ledger.queries import balance
from ledger.services import SYSTEM, Leg, post_transfers, reverse_transfer
from tests.factories.days import today
from tests.factories.finance import biller, book, desk, flat_plan, found_bill, pay, provider_says
from tests.factories.payouts import closed_statement
from tests.factories.settlement import DAY, earns, settle_night, statements_of
from tests.factories.stations import finance_officer

WEEK = 7 * DAY


@pytest.fixture
def ready(db):
    flat_plan()
    return desk(float_minor=5_000_00)


def account_of(ready):
    return ready.account(chart.commission_of_user(ready.partner.pk))


def earns_seven(ready):
    """Seven bills, a yuan each; the last payment."""
    power = biller()
    for _ in range(7):
        payment = pay(ready, found_bill(ready, power))
        provider_says(payment, "succeeded")
    return payment


def corrected(ready, payment, minor, *, reason="accrual_wrong", at=None):
    """A correction of two officers, now or at an instant."""
    at = at or now()
    made = propose_adjustment(
        account=account_of(ready),
        event_type="payment",
        event_id=str(payment.pk),
        amount=Money(minor, "CNY"),
        reason=reason,
        text="counted twice",
        by=finance_officer(),
        at=at,
    )
    return approve_adjustment(adjustment=made, by=finance_officer(), at=at)


def dispute(ready):
    """Of the newest entry of the partner's own account."""
    version = Entry.objects.filter(account=account_of(ready)).latest("version").version
    return dispute_entry(
        account=account_of(ready), version=version, text="没有算两次", station=ready.station, by=ready.partner, at=now()
    )


def decide(complaint, outcome):
    return decide_dispute(complaint=complaint, outcome=outcome, answer="看过了", by=finance_officer(), at=now())


def this_sunday() -> dt.date:
    return today() + (7 - today().isoweekday()) * DAY


def told(ready, sunday):
    """The figures, not nothing, of the statement that a night makes."""
    settle_night(ready.station, sunday)
    last = statements_of(account_of(ready))[-1]
    names = ("opening", "accrued", "reversed", "adjusted", "disputes_held", "payable", "carried")
    return {name: minor for name in names if (minor := getattr(last, f"{name}_minor"))}


def later_correction(ready, payment, minor):
    """What is posted after a statement belongs to the next: its instant is that of the next week."""
    return corrected(ready, payment, minor, reason="agreed", at=now() + WEEK)


def nothing_is_found():
    return not AuditFinding.objects.filter(last_run=audit_book(book=book(), at=now())).exists()


def test_a_correction_that_is_disputed_is_shown_and_the_week_is_paid_in_full(ready):
    payment = earns_seven(ready)
    corrected(ready, payment, -60)
    dispute(ready)
    assert told(ready, this_sunday()) == {
        "accrued": 7_00,
        "adjusted": -60,
        "disputes_held": 60,
        "payable": 7_00,
        "carried": -60,
    }
    assert nothing_is_found()


def test_while_it_is_open_every_week_is_paid_in_full_and_afterwards_it_is_taken(ready):
    payment = earns_seven(ready)
    corrected(ready, payment, -60)
    complaint = dispute(ready)
    told(ready, this_sunday())
    later_correction(ready, payment, 2_00)
    second = told(ready, this_sunday() + WEEK)
    assert second == {"opening": -60, "adjusted": 2_00, "disputes_held": 60, "payable": 2_00, "carried": -60}
    decide(complaint, "not_upheld")
    post_later(ready, payment, 1_00)
    third = told(ready, this_sunday() + 2 * WEEK)
    assert third == {"opening": -60, "adjusted": 1_00, "payable": 40}


def post_later(ready, payment, minor):
    made = propose_adjustment(
        account=account_of(ready),
        event_type="payment",
        event_id=str(payment.pk),
        amount=Money(minor, "CNY"),
        reason="agreed",
        text="a bonus",
        by=finance_officer(),
        at=now() + 2 * WEEK,
    )
    approve_adjustment(adjustment=made, by=finance_officer(), at=now() + 2 * WEEK)


def test_upheld_the_correction_of_the_correction_brings_it_to_nought(ready):
    payment = earns_seven(ready)
    corrected(ready, payment, -60)
    complaint = dispute(ready)
    told(ready, this_sunday())
    decide(complaint, "upheld")
    later_correction(ready, payment, 60)
    assert told(ready, this_sunday() + WEEK) == {"opening": -60, "adjusted": 60}
    assert nothing_is_found()


def test_what_was_taken_last_week_and_is_disputed_today_is_given_back_with_the_next_statement(ready):
    payment = earns_seven(ready)
    corrected(ready, payment, -60)
    assert told(ready, this_sunday()) == {"accrued": 7_00, "adjusted": -60, "payable": 6_40}
    dispute(ready)
    later_correction(ready, payment, 1_00)
    second = told(ready, this_sunday() + WEEK)
    assert second == {"adjusted": 1_00, "disputes_held": 60, "payable": 1_60, "carried": -60}


def test_what_was_disputed_after_the_period_is_none_of_its_business(ready):
    payment = earns_seven(ready)
    corrected(ready, payment, -60)
    complaint = dispute(ready)
    Complaint.objects.filter(pk=complaint.pk).update(logged_at=now() + WEEK)
    assert told(ready, this_sunday()) == {"accrued": 7_00, "adjusted": -60, "payable": 6_40}


def test_a_commission_taken_back_is_held_like_any_deduction(ready):
    payment = earns_seven(ready)
    provider_says(payment, "succeeded", event_type="transaction.reversed")
    dispute(ready)
    assert told(ready, this_sunday()) == {
        "accrued": 7_00,
        "reversed": -1_00,
        "disputes_held": 1_00,
        "payable": 7_00,
        "carried": -1_00,
    }


def test_what_has_not_matured_was_taken_from_nobody_yet(ready):
    account, next_week = account_of(ready), now() + WEEK
    line = earns(account, 5_00, at=now(), station=ready.station, eligible_at=next_week)
    earns(account, -1_00, at=now(), station=ready.station, eligible_at=next_week, reverses=line, part="1")
    dispute(ready)
    assert disputed(account, upto=next_week - dt.timedelta(seconds=1)) == Money(0, "CNY")
    assert disputed(account, upto=next_week) == Money(1_00, "CNY")


def test_what_was_reversed_meanwhile_and_what_was_paid_out_are_held_by_nobody(ready):
    account = account_of(ready)
    [charge] = post_transfers(
        legs=[Leg(account, ready.account(chart.platform("revenue")), Money(4_40, "CNY"), "charge")],
        event_type="test_charge",
        event_id=uuid4().hex,
        business_date=today(),
        made_by=SYSTEM,
        at=now(),
    )
    dispute(ready)
    assert disputed(account, upto=now()) == Money(4_40, "CNY")
    reverse_transfer(
        transfer_id=charge,
        event_type="test_back",
        event_id=uuid4().hex,
        reason="taken back",
        business_date=today(),
        made_by=SYSTEM,
        at=now(),
    )
    assert (disputed(account, upto=now()), balance(account).posted.minor) == (Money(0, "CNY"), 0)
    post_transfers(
        legs=[Leg(account, ready.account(chart.platform("payout_clearing")), Money(3_00, "CNY"), "payout")],
        event_type="payout_paid",
        event_id=uuid4().hex,
        business_date=today(),
        made_by=SYSTEM,
        at=now(),
    )
    dispute(ready)
    assert disputed(account, upto=now()) == Money(0, "CNY")


@pytest.mark.parametrize(("held", "is_refused"), [(59, True), (60, False)])
def test_the_database_pays_no_more_than_what_is_left_and_what_is_disputed(ready, held, is_refused):
    values = {"accrued_minor": 1_00, "adjusted_minor": -60, "disputes_held_minor": held, "carried_minor": -60}
    if is_refused:
        with pytest.raises(IntegrityError), transaction.atomic():
            closed_statement(ready, 1_00, **values)
        assert not Statement.objects.exists()
    else:
        assert closed_statement(ready, 1_00, **values).payable_minor == 1_00
