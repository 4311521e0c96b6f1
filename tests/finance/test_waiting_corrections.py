"""What corrects a line that waits is told with it and never before, whichever of the two was written first."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from core.money import Money
from finance.complaints.queries import disputed
from finance.complaints.services import dispute_entry
from finance.fees.services import approve_adjustment, propose_adjustment
from finance.models import Adjustment
from finance.settlement.queries.states import LineState, states_of
from finance.settlement.services import hold_lines, release_lines
from ledger.audit import audit_book
from ledger.models import AuditFinding, Entry
from stations.models import User
from tests.factories.days import now
from tests.factories.finance import book
from tests.factories.settlement import (
    DAY,
    MONDAY,
    SUNDAY,
    account_at,
    days_of,
    earns,
    noon,
    settle_night,
    statements_of,
    village,
)
from tests.factories.stations import finance_officer

pytestmark = pytest.mark.django_db
TUESDAY, WEEK = MONDAY + DAY, 7 * DAY


@pytest.fixture
def station(db):
    return village()


@pytest.fixture
def account(station):
    return account_at(station)


@pytest.fixture
def sale(station, account):
    """43.20 of Monday that are the partner's on Wednesday, if nothing comes between."""
    return earns(account, 43_20, at=noon(MONDAY), station=station, eligible_at=noon(MONDAY + 2 * DAY))


def taken_back(sale, minor, *, at):
    """A line that corrects it, as all of them are made: yours no earlier than the original."""
    own = {"event_id": sale.event_id, "reverses": sale, "part": f"given_back:{minor}"}
    eligible_at = max(at, sale.eligible_at)
    return earns(sale.account, -minor, at=at, station=sale.station, eligible_at=eligible_at, **own)


def corrected(sale, minor, *, at):
    """A correction of two officers."""
    made = propose_adjustment(
        account=sale.account,
        event_type=sale.event_type,
        event_id=sale.event_id,
        amount=Money(minor, "CNY"),
        reason="agreed",
        text="agreed",
        by=finance_officer(),
        at=at,
    )
    return approve_adjustment(adjustment=made, by=finance_officer(), at=at)


def wait(sale, *, at):
    assert hold_lines(event_id=sale.event_id, reason="a return", at=at) >= 1


def told(account):
    """Accrued, reversed and adjusted of each statement."""
    return [(s.accrued_minor, s.reversed_minor, s.adjusted_minor) for s in statements_of(account)]


def audited():
    found = AuditFinding.objects.filter(last_run=audit_book(book=book(), at=now()))
    return [(each.check_code, each.sample) for each in found]


@pytest.mark.parametrize("order", ["held first", "corrected first", "corrected after its own day"])
def test_what_takes_a_waiting_line_back_waits_with_it(station, account, sale, order):
    back = None
    if order == "corrected first":
        back = taken_back(sale, 8_00, at=noon(MONDAY))
    wait(sale, at=noon(TUESDAY))
    if order != "corrected first":
        back = taken_back(sale, 8_00, at=noon(TUESDAY if order == "held first" else SUNDAY))
    settle_night(station, SUNDAY)
    assert (days_of(account), told(account)) == ({}, [])
    assert set(states_of([sale, back], at=noon(SUNDAY)).values()) == {LineState.ON_HOLD}
    assert audited() == []
    release_lines(event_id=sale.event_id, at=noon(SUNDAY + DAY))
    settle_night(station, SUNDAY + WEEK)
    assert days_of(account) == {SUNDAY + DAY: (43_20, -8_00)}
    assert told(account) == [(43_20, -8_00, 0)]
    assert audited() == []


def test_nobody_who_writes_beside_a_hold_settles_too_early(station, account, sale):
    """The hold has not seen the correction, nor the correction the hold: as if both had been written at once."""
    wait(sale, at=noon(TUESDAY))
    back = taken_back(sale, 8_00, at=noon(TUESDAY))
    assert not back.holds.exists()
    for date in (TUESDAY, MONDAY + 2 * DAY, SUNDAY):
        settle_night(station, date)
    assert days_of(account) == {}


def test_what_corrects_a_line_that_waited_once_goes_its_own_way(station, account, sale):
    wait(sale, at=noon(TUESDAY))
    release_lines(event_id=sale.event_id, at=noon(TUESDAY))
    settle_night(station, MONDAY + 2 * DAY)
    taken_back(sale, 8_00, at=noon(SUNDAY))
    settle_night(station, SUNDAY)
    assert days_of(account) == {MONDAY + 2 * DAY: (43_20, 0), SUNDAY: (0, -8_00)}
    assert audited() == []


@pytest.mark.parametrize("minor", [-5_00, 5_00])
@pytest.mark.parametrize("order", ["held first", "corrected first"])
def test_a_correction_of_two_people_waits_with_what_it_corrects(station, account, sale, order, minor):
    if order == "corrected first":
        corrected(sale, minor, at=noon(MONDAY))
    wait(sale, at=noon(TUESDAY))
    if order == "held first":
        corrected(sale, minor, at=noon(SUNDAY))
    earns(account, 1_00, at=noon(MONDAY), station=station)
    settle_night(station, SUNDAY)
    assert told(account) == [(1_00, 0, 0)]
    release_lines(event_id=sale.event_id, at=noon(SUNDAY + DAY))
    settle_night(station, SUNDAY + WEEK)
    assert told(account) == [(1_00, 0, 0), (43_20, 0, minor)]
    assert audited() == []


def test_a_correction_counts_no_earlier_than_what_it_corrects(station, account):
    sale = earns(account, 43_20, at=noon(MONDAY), station=station, eligible_at=noon(SUNDAY + DAY))
    correction = corrected(sale, -5_00, at=noon(MONDAY))
    assert correction.eligible_at == noon(SUNDAY + DAY)
    settle_night(station, SUNDAY)
    assert told(account) == []
    later = corrected(sale, -1_00, at=noon(SUNDAY + 2 * DAY))
    assert later.eligible_at == noon(SUNDAY + 2 * DAY)
    settle_night(station, SUNDAY + WEEK)
    assert told(account) == [(43_20, 0, -6_00)]
    assert audited() == []


def test_what_has_brought_nothing_is_corrected_from_the_instant_of_its_approval(station, account, sale):
    sale.account = account_at(station)
    correction = corrected(sale, 5_00, at=noon(MONDAY))
    assert correction.eligible_at == noon(MONDAY)
    settle_night(station, SUNDAY)
    assert (told(sale.account), audited()) == ([(0, 0, 5_00)], [])


def test_a_correction_that_was_told_is_told_once_whatever_waits_later(station, account):
    sale = earns(account, 43_20, at=noon(MONDAY), station=station)
    corrected(sale, -5_00, at=noon(TUESDAY))
    settle_night(station, SUNDAY)
    own = {"event_id": sale.event_id, "service": "recharge"}
    more = earns(account, 2_00, at=noon(SUNDAY + DAY), station=station, eligible_at=noon(SUNDAY + 3 * DAY), **own)
    wait(more, at=noon(SUNDAY + DAY))
    release_lines(event_id=sale.event_id, at=noon(SUNDAY + 4 * DAY))
    settle_night(station, SUNDAY + WEEK)
    assert told(account) == [(43_20, 0, -5_00), (2_00, 0, 0)]
    assert audited() == []


@pytest.mark.parametrize("what", ["a line", "a correction"])
def test_what_waits_was_taken_from_nobody_yet_and_is_given_back_to_nobody(station, account, sale, what):
    wait(sale, at=noon(TUESDAY))
    if what == "a line":
        earns(account, -8_00, at=noon(TUESDAY), station=station, reverses=sale, part="1")
    else:
        corrected(sale, -8_00, at=noon(TUESDAY))
    entry = Entry.objects.filter(account=account).latest("version")
    by = User.objects.get(pk=account.holder)
    dispute_entry(account=account, version=entry.version, text="no", station=station, by=by, at=noon(SUNDAY))
    assert disputed(account, upto=noon(SUNDAY)) == Money(0, "CNY")
    release_lines(event_id=sale.event_id, at=noon(SUNDAY + DAY))
    assert disputed(account, upto=noon(SUNDAY + 2 * DAY)) == Money(8_00, "CNY")


def test_the_database_refuses_a_correction_that_counts_before_it_was_approved(sale):
    correction = corrected(sale, -5_00, at=noon(SUNDAY))
    for instant in (noon(SUNDAY) - dt.timedelta(seconds=1), None):
        with pytest.raises(IntegrityError, match="adjustment_counts"), transaction.atomic():
            Adjustment.objects.filter(pk=correction.pk).update(eligible_at=instant)
