"""Differences of the drawer: explained, decided by two, charged after seven days, never while disputed."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from core.errors import SamePerson, WrongState
from core.history import changes_of
from core.models import Notice
from finance import chart
from finance.models import OverShort, Refund
from finance.payments.services import Charge, MoreThanPaid, take_payment
from finance.tills.queries import charges_of, disputes_held_of
from finance.tills.services import (
    AlreadyInvolved,
    DevicesWaiting,
    DisputePeriodOver,
    ExplanationAwaited,
    NotChargeable,
    NoticeTooShort,
    NotTheHolder,
    NotTooMuch,
    OwnerDiffers,
    OwnerMissing,
    absorb_variance,
    charge_variance,
    decide_dispute,
    dispute_variance,
    explain_variance,
    open_cash_day,
    propose_charge,
    return_variance,
)
from tests.factories.finance import biller, book, flat_plan, found_bill, pay, provider_says
from tests.factories.stations import DeviceFactory, api_client, finance_officer, helper_of
from tests.factories.tills import DAY, SECOND, cash_desk, difference, pieces, yuan
from tests.finance.auditing import findings

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def ready(db):
    return cash_desk(2_044_40)


@pytest.fixture
def short(ready):
    return difference(ready, -4_40)


def explained(short, ready, at=None):
    return explain_variance(over_short=short, text="找零", by=ready.partner, at=at or short.found_at)


def proposed(short, ready, *, at=None):
    explained(short, ready)
    return propose_charge(over_short=short, text="没有原因", by=ready.manager, at=at or short.found_at)


def charged(short, ready):
    proposed(short, ready)
    return charge_variance(over_short=short, by=ready.officer, at=short.found_at + 7 * DAY)


def commission(ready):
    return ready.holds(chart.commission_of_user(ready.partner.pk))


def own(ready):
    return ready.holds(chart.over_short(ready.station, ready.partner))


# --- explained and charged


def test_whoever_held_the_till_explains(short, ready):
    assert explained(short, ready).status == "explained"
    assert [change.new for change in changes_of(short)] == ["open", "explained"]
    with pytest.raises(WrongState):
        explained(short, ready)


def test_nobody_else_explains_for_the_holder(short, ready):
    with pytest.raises(NotTheHolder):
        explain_variance(over_short=short, text="我知道", by=helper_of(ready.station), at=now())
    short.refresh_from_db()
    assert (short.status, short.explanation) == ("open", "")


@pytest.mark.parametrize(("after", "refused"), [(3 * DAY - SECOND, True), (3 * DAY, False), (3 * DAY + SECOND, False)])
def test_an_unexplained_shortage_is_proposed_only_after_three_days(short, ready, after, refused):
    def propose():
        return propose_charge(over_short=short, text="没有说明", by=ready.manager, at=short.found_at + after)

    if refused:
        with pytest.raises(ExplanationAwaited):
            propose()
        assert OverShort.objects.get().status == "open"
    else:
        assert propose().status == "charge_proposed"
        assert Notice.objects.filter(user=ready.partner.pk, template="charge_proposed").count() == 1


@pytest.mark.parametrize(("after", "refused"), [(7 * DAY - SECOND, True), (7 * DAY, False), (7 * DAY + SECOND, False)])
def test_a_charge_waits_seven_days_after_the_notice(short, ready, after, refused):
    found = proposed(short, ready)
    if refused:
        with pytest.raises(NoticeTooShort):
            charge_variance(over_short=found, by=ready.officer, at=found.notice_at + after)
        assert (commission(ready), own(ready)) == (0, 4_40)
    else:
        assert charge_variance(over_short=found, by=ready.officer, at=found.notice_at + after).status == "charged"
        assert (commission(ready), own(ready)) == (-4_40, 0)
        assert Notice.objects.filter(user=ready.partner.pk, template="variance_charged").count() == 1


def test_who_proposed_does_not_charge_neither_in_python_nor_in_the_database(short, ready):
    found = proposed(short, ready)
    with pytest.raises(SamePerson):
        charge_variance(over_short=found, by=ready.manager, at=found.notice_at + 7 * DAY)
    assert commission(ready) == 0
    later = {"charged_at": found.notice_at + 7 * DAY, "decided_at": now(), "status": "charged"}
    with pytest.raises(IntegrityError), transaction.atomic():
        OverShort.objects.filter(pk=found.pk).update(decided_by=ready.manager, **later)


def test_nobody_charges_what_is_too_much_or_what_nobody_held(ready):
    over = difference(ready, 4_40)
    explain_variance(over_short=over, text="多了", by=ready.partner, at=now())
    with pytest.raises(NotChargeable):
        propose_charge(over_short=over, text="不行", by=ready.manager, at=now())
    assert OverShort.objects.get().status == "explained"


# --- disputed


def test_scenario_9_a_charge_disputed_on_day_six_is_held_and_not_deducted(short, ready):
    found = proposed(short, ready)
    sixth = found.notice_at + 6 * DAY
    dispute_variance(over_short=found, text="不是我", by=ready.partner, at=sixth)
    with pytest.raises(WrongState):
        charge_variance(over_short=found, by=ready.officer, at=found.notice_at + 8 * DAY)
    account = ready.account(chart.commission_of_user(ready.partner.pk))
    assert disputes_held_of(account, upto=sixth).minor == 4_40
    assert disputes_held_of(account, upto=sixth - SECOND).minor == 0
    assert charges_of(account, upto=sixth + 30 * DAY).minor == 0
    assert (commission(ready), own(ready)) == (0, 4_40)


def test_a_charge_that_is_disputed_is_taken_back_at_once(short, ready):
    found = charged(short, ready)
    account = ready.account(chart.commission_of_user(ready.partner.pk))
    assert charges_of(account, upto=found.charged_at).minor == 4_40
    later = found.charged_at + 10 * DAY
    dispute_variance(over_short=found, text="不是我", by=ready.partner, at=later)
    assert (commission(ready), own(ready)) == (0, 4_40)
    assert charges_of(account, upto=later).minor == 0
    assert charges_of(account, since=later - DAY, upto=later).minor == -4_40
    assert disputes_held_of(account, upto=later).minor == 4_40


@pytest.mark.parametrize(
    ("after", "refused"), [(60 * DAY - SECOND, False), (60 * DAY, False), (60 * DAY + SECOND, True)]
)
def test_a_charge_is_disputed_within_sixty_days(short, ready, after, refused):
    found = charged(short, ready)

    def dispute():
        return dispute_variance(over_short=found, text="不是我", by=ready.partner, at=found.charged_at + after)

    if refused:
        with pytest.raises(DisputePeriodOver):
            dispute()
        assert (OverShort.objects.get().status, commission(ready)) == ("charged", -4_40)
    else:
        assert dispute().status == "disputed"


def test_a_dispute_is_decided_by_somebody_who_had_no_part_in_it(short, ready):
    found = charged(short, ready)
    dispute_variance(over_short=found, text="不是我", by=ready.partner, at=now())
    for involved in (ready.officer, ready.manager):
        with pytest.raises(AlreadyInvolved):
            decide_dispute(over_short=found, outcome="absorb", text="算了", by=involved, at=now())
    assert own(ready) == 4_40
    decided = decide_dispute(over_short=found, outcome="absorb", text="有故障", by=ready.other_officer, at=now())
    assert (decided.status, own(ready), ready.holds(chart.platform("expense"))) == ("absorbed", 0, 4_40)


def test_a_dispute_that_is_not_upheld_starts_seven_new_days_and_another_charges(short, ready):
    found = proposed(short, ready)
    dispute_variance(over_short=found, text="不是我", by=ready.partner, at=now())
    again = decide_dispute(over_short=found, outcome="charge", text="有监控", by=ready.officer, at=now())
    assert (again.status, again.proposed_by) == ("charge_proposed", ready.officer)
    with pytest.raises(NoticeTooShort):
        charge_variance(over_short=again, by=ready.other_officer, at=again.notice_at + 7 * DAY - SECOND)
    with pytest.raises(SamePerson):
        charge_variance(over_short=again, by=ready.officer, at=again.notice_at + 7 * DAY)
    charge_variance(over_short=again, by=ready.other_officer, at=again.notice_at + 7 * DAY)
    assert commission(ready) == -4_40


@pytest.mark.usefixtures("own_database")
def test_on_the_last_minute_of_day_seven_charge_and_dispute_meet_and_the_dispute_stands():
    ready = cash_desk(20_00)
    short = difference(ready, -4_40)
    found = proposed(short, ready)
    last = found.notice_at + 7 * DAY

    def act(step):
        try:
            if step % 2:
                charge_variance(over_short=found, by=ready.officer, at=last)
            else:
                dispute_variance(over_short=found, text="不是我", by=ready.partner, at=last - MINUTE)
        except WrongState:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(act, range(6)))
    found.refresh_from_db()
    assert (found.status, commission(ready), own(ready)) == ("disputed", 0, 4_40)


# --- borne by the system, given back


def test_two_people_let_the_house_bear_it(short, ready):
    asked = absorb_variance(over_short=short, text="小数", by=ready.manager, at=now())
    assert (asked.status, asked.asked_for, own(ready)) == ("open", "absorb", 4_40)
    with pytest.raises(SamePerson):
        absorb_variance(over_short=short, text="小数", by=ready.manager, at=now())
    done = absorb_variance(over_short=short, text="小数", by=ready.officer, at=now())
    assert (done.status, own(ready), ready.holds(chart.platform("expense"))) == ("absorbed", 0, 4_40)
    with pytest.raises(IntegrityError), transaction.atomic():
        OverShort.objects.filter(pk=done.pk).update(decided_by=ready.manager)


def test_what_is_too_much_is_kept_for_its_owner_and_given_back_to_who_comes(ready):
    flat_plan()
    payment = pay(ready, found_bill(ready, biller(), amount=100_00))
    provider_says(payment, "succeeded")
    over = difference(ready, 4_40)
    for person in (ready.manager, ready.officer):
        absorb_variance(over_short=over, text="没有人来问", by=person, at=now())
    assert (own(ready), ready.holds(chart.platform("unclaimed"))) == (0, 4_40)
    with pytest.raises(OwnerMissing):
        return_variance(over_short=over, payment=None, text="来取", by=ready.manager, at=now())
    return_variance(over_short=over, payment=payment, text="来取", by=ready.officer, at=now())
    with pytest.raises(SamePerson):
        return_variance(over_short=over, payment=payment, text="来取", by=ready.officer, at=now())
    other = pay(ready_again(ready), found_bill(ready, payment.bill.biller, amount=50_00))
    with pytest.raises(OwnerDiffers):
        return_variance(over_short=over, payment=other, text="来取", by=ready.manager, at=now())
    done = return_variance(over_short=over, payment=payment, text="来取", by=ready.manager, at=now())
    assert (done.status, done.refund.amount_minor, done.refund.reason) == ("returned", 4_40, Refund.Reason.VARIANCE)
    assert ready.holds(chart.platform("unclaimed")) == 0
    assert ready.holds(ready.funds_key) == 4_40 + 50_00


@pytest.mark.parametrize("then", ["failed", "reversed"])
def test_what_was_too_much_is_no_part_of_the_payment_which_can_still_fail_or_be_taken_back(ready, then):
    """The payer brought 104.40 for a bill of 100.00: 4.40 were his all along, the 100.00 are owed as well."""
    flat_plan()
    payment = pay(ready, found_bill(ready, biller(), amount=100_00))
    if then == "reversed":
        provider_says(payment, "succeeded")
    over = difference(ready, 4_40)
    for person in (ready.manager, ready.officer):
        return_variance(over_short=over, payment=payment, text="来取", by=person, at=now())
    payment.refresh_from_db()
    assert payment.refunded_minor == 0
    provider_says(payment, "failed" if then == "failed" else "succeeded", event_type=f"transaction.{then}")
    payment.refresh_from_db()
    assert (payment.status, payment.refunded_minor) == (then, 100_00)
    assert ready.holds(ready.funds_key) == 104_40
    assert sorted(payment.refunds.values_list("amount_minor", flat=True)) == [4_40, 100_00]
    assert findings() == []


def test_what_was_too_much_at_a_sale_of_goods_is_owed_beside_what_lies_there_for_it(ready):
    charge = Charge("goods", "O-1", ready.station, amount=yuan(100_00), agent_fee=yuan(0))
    payment = take_payment(charge=charge, by=ready.partner, at=now(), key="goods" * 4)
    over = difference(ready, 4_40)
    for person in (ready.manager, ready.officer):
        return_variance(over_short=over, payment=payment, text="来取", by=person, at=now())
    assert ready.holds(ready.funds_key) == 104_40
    assert findings() == []


def test_nobody_gets_more_back_as_found_too_much_than_was_paid(ready):
    flat_plan()
    payment = pay(ready, found_bill(ready, biller(), amount=4_39))
    over = difference(ready, 4_41)
    return_variance(over_short=over, payment=payment, text="来取", by=ready.manager, at=now())
    with pytest.raises(MoreThanPaid):
        return_variance(over_short=over, payment=payment, text="来取", by=ready.officer, at=now())
    assert (OverShort.objects.get().status, ready.holds(ready.funds_key)) == ("open", 4_39)


def ready_again(ready):
    """The same desk on the next morning."""
    held = ready.holds(ready.till_key)
    tomorrow = now() + DAY
    open_cash_day(station=ready.station, lines=pieces(held), by=ready.partner, at=tomorrow)
    return ready


def test_what_is_missing_is_given_back_to_nobody(short, ready):
    with pytest.raises(NotTooMuch):
        return_variance(over_short=short, payment=None, text="?", by=ready.manager, at=now())
    assert OverShort.objects.get().asked_for == ""


@pytest.mark.parametrize(
    ("queue", "waits"),
    [
        ({"queued_ops": 1}, True),
        ({"queued_ops": 0, "emptied": -SECOND}, True),
        ({"queued_ops": 0, "emptied": SECOND}, False),
        ({"queued_ops": 1, "state": "revoked"}, False),
        ({}, False),
    ],
)
def test_what_is_too_much_waits_for_devices_that_may_still_hold_cash(ready, queue, waits):
    over = difference(ready, 40_00)
    emptied = queue.pop("emptied", None)
    DeviceFactory(
        station=ready.station, queue_emptied_at=over.found_at + emptied if emptied is not None else None, **queue
    )
    if waits:
        with pytest.raises(DevicesWaiting):
            absorb_variance(over_short=over, text="?", by=ready.manager, at=now())
        assert OverShort.objects.get().asked_for == ""
    else:
        assert absorb_variance(over_short=over, text="?", by=ready.manager, at=now()).asked_for == "absorb"


# --- over the API


def test_holder_manager_and_officer_do_their_parts_over_the_api_and_a_stranger_sees_nothing(db):
    book()
    ready = cash_desk(20_00)
    short = difference(ready, -4_40)

    def answer(user, verb, key, body=None):
        path = f"/api/v1/over-shorts/{short.pk}/{verb}/"
        return api_client(user).post(path, body or {"text": "找零"}, "json", headers={"Idempotency-Key": key * 16})

    stranger = cash_desk().partner
    assert answer(stranger, "explain", "a").status_code == 404
    assert answer(ready.manager, "explain", "b").status_code == 403
    first = answer(ready.partner, "explain", "c")
    assert (first.status_code, first.json()["status"], first.json()["amount"]) == (200, "explained", "-4.40")
    assert answer(ready.partner, "explain", "c").json() == first.json()
    assert answer(ready.partner, "propose-charge", "d").status_code == 403
    assert answer(ready.manager, "propose-charge", "e").json()["status"] == "charge_proposed"
    refused = answer(finance_officer(), "charge", "f", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "notice_too_short")
    assert answer(ready.partner, "dispute", "g").json()["status"] == "disputed"
    [listed] = api_client(ready.partner).get("/api/v1/over-shorts/?status=disputed").json()["results"]
    assert listed["dispute_text"] == "找零"
