"""Cash that reaches us late, cash that lies too long, and large cash that nobody speaks of at the counter."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from django.utils.timezone import now

from core.errors import SamePerson
from core.history import changes_of
from core.models import Notice
from finance import chart
from finance.models import CashDue, CashReport, CashThreshold, CashWatch, OverShort, Payment
from finance.payments.services import Charge, take_payment, take_stored_payment
from finance.tills.queries import cash_ages
from finance.tills.services import (
    CashDayNotOpen,
    DevicesWaiting,
    FilingNumberAwaited,
    ReportAlreadyFiled,
    absorb_variance,
    age_cash,
    count_cash,
    enter_cash_report,
    file_cash_report,
    hand_over_till,
    note_cash,
)
from ledger.services import Leg, MadeBy, post_transfers
from tests.factories.days import today
from tests.factories.finance import LONG_AGO_DATE, helper_at, payer_at
from tests.factories.people import second_login_of
from tests.factories.stations import DeviceFactory
from tests.factories.tills import DAY, SECOND, cash_desk, close_with, difference, yuan

HOUR, MINUTES = dt.timedelta(hours=1), dt.timedelta(minutes=5)


@pytest.fixture
def ready(db):
    return cash_desk(0)


@pytest.fixture
def morning(db):
    """A station whose empty till was opened ten minutes ago."""
    return cash_desk(0, at=now() - 2 * MINUTES)


def charge_of(ready, minor, **values):
    return Charge(
        purpose="goods",
        subject_ref=uuid4().hex,
        station=ready.station,
        amount=yuan(minor),
        agent_fee=yuan(0),
        **values,
    )


def kept(ready, minor, *, device, made_at, **values):
    """A device sends cash that it had kept."""
    return take_stored_payment(
        charge=charge_of(ready, minor, **values),
        device=device,
        made_at=made_at,
        by=ready.partner,
        at=now(),
        key=uuid4().hex,
    )


def phone(ready, **values):
    long_ago = now() - 30 * DAY
    return DeviceFactory(station=ready.station, registered_at=long_ago, **values)


def holder_holds(ready):
    return ready.holds(chart.over_short(ready.station, ready.partner))


# --- late


def test_scenario_17_forty_yuan_of_a_device_clear_up_what_was_counted_too_much(morning):
    device = phone(morning, queued_ops=1)
    made_at = now() - MINUTES
    over = difference(morning, 40_00)
    with pytest.raises(DevicesWaiting):
        absorb_variance(over_short=over, text="?", by=morning.manager, at=now())
    assert holder_holds(morning) == -40_00
    kept(morning, 40_00, device=device, made_at=made_at)
    over.refresh_from_db()
    assert (over.status, over.late_minor, holder_holds(morning)) == ("cleared", 40_00, 0)
    assert (morning.holds(morning.funds_key), morning.holds(morning.till_key)) == (40_00, 40_00)


@pytest.mark.parametrize(("sent", "left", "status"), [(39_90, 10, "open"), (40_00, 0, "cleared")])
def test_what_is_found_again_in_part_leaves_the_rest_in_question(morning, sent, left, status):
    over = difference(morning, 40_00)
    kept(morning, sent, device=phone(morning), made_at=over.found_at - MINUTES)
    over.refresh_from_db()
    assert (over.status, over.left.minor, holder_holds(morning)) == (status, left, -left)


def test_cash_that_no_count_had_found_is_a_shortage_of_who_held_the_till(morning):
    close_with(morning, 0)
    kept(morning, 40_00, device=phone(morning), made_at=now() - MINUTES)
    late = OverShort.objects.get()
    assert (late.found, late.amount_minor, late.holder) == ("late", -40_00, morning.partner)
    assert (holder_holds(morning), morning.holds(morning.till_key)) == (40_00, 0)


def test_what_one_holders_count_had_found_is_not_taken_from_the_next(morning):
    helper = helper_at(morning)
    made_at = now() - MINUTES
    day = count_cash(cash_day=morning.day, lines={}, by=morning.partner, at=now())
    hand_over_till(cash_day=day, to=helper, by=helper, at=now())
    over = difference(morning, 40_00)
    kept(morning, 40_00, device=phone(morning), made_at=made_at)
    over.refresh_from_db()
    assert (over.holder, over.status) == (helper, "open")
    assert OverShort.objects.get(found="late").holder == morning.partner


def test_cash_taken_after_the_last_count_is_in_the_till_whatever_the_ceiling(ready):
    close_with(ready, 0)
    payment = kept(ready, 9_000_00, device=phone(ready), made_at=now() + HOUR)
    assert (payment.status, ready.holds(ready.till_key), OverShort.objects.count()) == ("succeeded", 9_000_00, 0)


@pytest.mark.parametrize(("emptied", "in_till"), [(-SECOND, False), (SECOND, True)])
def test_a_devices_clock_is_not_believed_before_its_queue_was_last_empty(ready, emptied, in_till):
    day = close_with(ready, 0)
    device = phone(ready, queue_emptied_at=day.counts.latest("pk").counted_at + emptied)
    kept(ready, 40_00, device=device, made_at=now() - 20 * DAY)
    assert (ready.holds(ready.till_key) == 40_00) is in_till


def test_essential_services_go_on_in_a_day_that_was_left_open(db):
    late = cash_desk(0, at=now() - 2 * DAY)

    def take(**values):
        return take_payment(charge=charge_of(late, 5_00, **values), by=late.partner, at=now(), key=uuid4().hex)

    with pytest.raises(CashDayNotOpen):
        take()
    assert (Payment.objects.count(), late.holds(late.till_key)) == (0, 0)
    assert take(is_essential=True).status == "succeeded"


# --- old


def received(ready, minor, *, days_ago):
    """Company cash that came into the till so many days ago."""
    till, bank = ready.account(ready.till_key), ready.account(chart.bank("main"))
    debit, credit = (till, bank) if minor > 0 else (bank, till)
    post_transfers(
        legs=[Leg(debit, credit, yuan(abs(minor)), "test money")],
        event_type="test_money",
        event_id=uuid4().hex,
        business_date=today() - days_ago * DAY,
        made_by=MadeBy("system"),
        at=now(),
    )


def age(ready):
    [found] = cash_ages([ready.station], on=today())
    return (today() - found.oldest_date).days, found.full_bp


def test_cash_is_as_old_as_its_oldest_notes_first_in_first_out(ready):
    assert age(ready) == (0, 0)
    received(ready, 100_00, days_ago=5)
    received(ready, 200_00, days_ago=2)
    assert age(ready) == (5, 600)
    received(ready, -99_90, days_ago=0)
    assert age(ready)[0] == 5
    received(ready, -10, days_ago=0)
    assert age(ready)[0] == 2
    received(ready, -200_00, days_ago=0)
    assert age(ready) == (0, 0)


@pytest.mark.parametrize(
    ("days_ago", "minor", "is_due"),
    [(2, 100_00, False), (3, 100_00, True), (4, 100_00, True), (0, 2_999_90, False), (0, 3_000_00, True)],
)
def test_cash_is_due_at_three_days_or_sixty_percent_of_the_ceiling(ready, days_ago, minor, is_due):
    received(ready, minor, days_ago=days_ago)
    age_cash(county=ready.station.county.code, date=today(), at=now())
    assert CashDue.objects.filter(station=ready.station).exists() is is_due


def test_more_people_are_told_each_day_and_the_clock_ends_when_the_cash_is_brought(ready):
    received(ready, 100_00, days_ago=3)
    told = []
    for later in (0, 1, 2, 3, 6, 7, 8):
        age_cash(county=ready.station.county.code, date=today() + later * DAY, at=now())
        told.append(CashDue.objects.get().notices.count())
    assert told == [1, 2, 2, 3, 3, 4, 4]
    due = CashDue.objects.get()
    days = {notice.role: (notice.told_date - due.due_date).days for notice in due.notices.all()}
    assert days == {"partner": 0, "county_clerk": 1, "county_manager": 3, "finance_officer": 7}
    assert set(Notice.objects.filter(template="cash_is_due").values_list("user", flat=True)) == {
        ready.partner.pk,
        ready.clerk.pk,
        ready.manager.pk,
        ready.officer.pk,
        ready.other_officer.pk,
    }
    received(ready, -100_00, days_ago=0)
    age_cash(county=ready.station.county.code, date=today() + 9 * DAY, at=now())
    assert CashDue.objects.get().cleared_date == today() + 9 * DAY


def test_the_same_day_looked_at_twice_tells_nobody_twice(ready):
    received(ready, 100_00, days_ago=3)
    for _ in range(2):
        age_cash(county=ready.station.county.code, date=today(), at=now())
    assert Notice.objects.filter(template="cash_is_due").count() == 1


# --- large


@pytest.mark.parametrize(("minor", "reports"), [(49_999_90, 0), (50_000_00, 1), (50_000_10, 1)])
def test_from_fifty_thousand_in_a_day_a_report_is_due_and_the_counter_hears_nothing(ready, minor, reports):
    person = payer_at(ready)
    note_cash(person=person, station=ready.station, amount=yuan(20_000_00), at=now())
    note_cash(person=person, station=cash_desk().station, amount=yuan(minor - 20_000_00), at=now())
    assert (CashWatch.objects.get().cash_minor, CashReport.objects.count()) == (minor, reports)
    assert not Notice.objects.filter(user=ready.partner.pk).exists()
    assert Notice.objects.filter(template="cash_report_due", user=ready.officer.pk).count() == reports


def test_the_next_day_begins_anew_and_the_threshold_is_that_of_its_date(ready):
    CashThreshold.objects.create(country="CN", currency="CNY", threshold_minor=1_000_00, from_date=LONG_AGO_DATE)
    person = payer_at(ready)
    note_cash(person=person, station=ready.station, amount=yuan(999_90), at=now())
    note_cash(person=person, station=ready.station, amount=yuan(999_90), at=now() + DAY)
    assert (CashWatch.objects.count(), CashReport.objects.count()) == (2, 0)
    note_cash(person=person, station=ready.station, amount=yuan(10), at=now() + DAY)
    assert CashReport.objects.get().threshold_minor == 1_000_00


def test_a_payment_counts_its_cash(ready):
    person = payer_at(ready)
    take_payment(charge=charge_of(ready, 30_00, payer=person), by=ready.partner, at=now(), key=uuid4().hex)
    assert CashWatch.objects.get(person=person).cash_minor == 30_00


def test_a_report_is_entered_by_one_officer_and_confirmed_by_another_once(ready):
    note_cash(person=payer_at(ready), station=ready.station, amount=yuan(50_000_00), at=now())
    report = CashReport.objects.get()
    with pytest.raises(FilingNumberAwaited):
        file_cash_report(report=report, by=ready.officer, at=now())
    for number in ("R-0", "R-1"):
        enter_cash_report(report=report, number=number, by=ready.officer, at=now())
    for by in (ready.officer, second_login_of(ready.officer)):
        with pytest.raises(SamePerson):
            file_cash_report(report=report, by=by, at=now())
    file_cash_report(report=report, by=ready.other_officer, at=now())
    for again in (
        partial(file_cash_report, report=report, by=ready.officer),
        partial(enter_cash_report, report=report, by=ready.officer, number="R-2"),
    ):
        with pytest.raises(ReportAlreadyFiled):
            again(at=now())
    report = CashReport.objects.get()
    assert (report.filing_number, report.status, report.filed_by) == ("R-1", "filed", ready.other_officer)
    assert [change.reason for change in changes_of(report)] == ["R-0", "R-1", ""]


def test_nobody_handles_the_report_about_themselves(ready):
    person = payer_at(ready)
    note_cash(person=person, station=ready.station, amount=yuan(50_000_00), at=now())
    ready.officer.person = person
    ready.officer.save(update_fields=["person"])
    with pytest.raises(SamePerson):
        enter_cash_report(report=CashReport.objects.get(), number="R-1", by=ready.officer, at=now())


@pytest.mark.usefixtures("own_database")
def test_cash_of_one_person_at_many_counters_at_once_loses_nothing():
    ready = cash_desk(0)
    person = payer_at(ready)

    def pay(_):
        try:
            note_cash(person=person, station=ready.station, amount=yuan(6_250_00), at=now())
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(pay, range(8)))
    assert (CashWatch.objects.get().cash_minor, CashReport.objects.count()) == (50_000_00, 1)
