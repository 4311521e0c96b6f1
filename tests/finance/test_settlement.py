"""The night of a county: lines mature, each day is settled once, the one who dies or shares the work."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from django.db import DatabaseError, connection, transaction

from core.days import instant_of
from finance.models import DayClose, LineHold, PayeeAccount, PayeeDay, SettleChunk, Statement
from finance.settlement.services import (
    DayNotOver,
    hold_lines,
    mature_lines,
    maturing,
    release_lines,
    settle_day,
    settling,
)
from tests.factories.settlement import (
    DAY,
    MONDAY,
    SUNDAY,
    account_at,
    days_of,
    earns,
    midnight_after,
    noon,
    settle_night,
    statements_of,
    village,
)
from tests.factories.stations import StationFactory

TUESDAY = MONDAY + DAY
AN_INSTANT = dt.timedelta(microseconds=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("eligible_at", "day"),
    [
        (midnight_after(MONDAY) - AN_INSTANT, MONDAY),
        (midnight_after(MONDAY), MONDAY),
        (midnight_after(MONDAY) + AN_INSTANT, TUESDAY),
    ],
)
def test_a_line_matures_on_the_day_until_whose_end_it_is_eligible(eligible_at, day):
    station = village()
    account = account_at(station)
    earns(account, 5_00, at=noon(MONDAY), station=station, eligible_at=eligible_at)
    settle_night(station, MONDAY)
    settle_night(station, TUESDAY)
    assert days_of(account) == {day: (5_00, 0)}


@pytest.mark.django_db
def test_what_takes_back_is_counted_apart_and_a_day_without_lines_has_no_row():
    station = village()
    account, idle = account_at(station), account_at(station)
    line = earns(account, 5_00, at=noon(MONDAY), station=station)
    earns(account, 2_50, at=noon(MONDAY), station=station)
    earns(account, -5_00, at=noon(MONDAY), station=station, reverses=line, part="reversed")
    settle_night(station, MONDAY)
    assert days_of(account) == {MONDAY: (7_50, -5_00)}
    assert days_of(idle) == {}


@pytest.mark.django_db
def test_the_same_night_again_changes_nothing():
    station = village()
    account = account_at(station)
    earns(account, 5_00, at=noon(MONDAY), station=station)
    close = settle_night(station, MONDAY)
    rows = list(PayeeDay.objects.values_list("pk", flat=True))
    again = settle_night(station, MONDAY, at=noon(SUNDAY))
    assert (again.status, again.closed_at) == ("closed", close.closed_at)
    assert list(PayeeDay.objects.values_list("pk", flat=True)) == rows


@pytest.mark.django_db
def test_a_county_settles_its_own_payees_and_nobody_elses():
    here, there = village(), village()
    mine, theirs = account_at(here), account_at(there)
    for station, account in ((here, mine), (there, theirs)):
        earns(account, 5_00, at=noon(MONDAY), station=station)
    settle_night(here, MONDAY)
    assert (days_of(mine), days_of(theirs)) == ({MONDAY: (5_00, 0)}, {})
    assert PayeeAccount.objects.get(account=theirs).county == there.county


@pytest.mark.django_db
def test_days_that_were_missed_are_settled_in_their_order():
    station = village()
    account = account_at(station)
    for date in (MONDAY, TUESDAY, SUNDAY):
        earns(account, 1_00, at=noon(date), station=station)
    settle_night(station, MONDAY)
    settle_night(station, SUNDAY)
    closes = DayClose.objects.filter(county=station.county).order_by("business_date")
    assert [close.business_date for close in closes] == [MONDAY + DAY * n for n in range(8)]
    assert [close.status for close in closes] == ["closed"] * 7 + ["open"]
    assert all(after.from_at == before.to_at for before, after in pairwise(closes))
    assert sorted(days_of(account)) == [MONDAY, TUESDAY, SUNDAY]


@pytest.mark.django_db
def test_a_day_is_not_settled_before_it_is_over():
    station = village()
    with pytest.raises(DayNotOver):
        settle_night(station, MONDAY, at=midnight_after(MONDAY) - AN_INSTANT)
    assert DayClose.objects.get().status == "open"
    assert settle_night(station, MONDAY, at=midnight_after(MONDAY)).status == "closed"


@pytest.mark.django_db
def test_a_line_on_hold_matures_when_it_is_released():
    station = village()
    account = account_at(station)
    line = earns(account, 5_00, at=noon(MONDAY), station=station, eligible_at=noon(TUESDAY))
    assert hold_lines(event_id=line.event_id, reason="a return is under way", at=noon(MONDAY)) == 1
    assert hold_lines(event_id=line.event_id, reason="again", at=noon(MONDAY)) == 0
    settle_night(station, TUESDAY)
    assert days_of(account) == {}
    assert release_lines(event_id=line.event_id, at=noon(SUNDAY)) == 1
    settle_night(station, SUNDAY)
    assert days_of(account) == {SUNDAY: (5_00, 0)}


@pytest.mark.django_db
def test_a_late_night_finds_what_the_night_in_time_would_have_found():
    station = village()
    account = account_at(station)
    settle_night(station, MONDAY - DAY)
    line = earns(account, 5_00, at=noon(MONDAY), station=station, eligible_at=noon(TUESDAY))
    hold_lines(event_id=line.event_id, reason="a return", at=noon(MONDAY))
    release_lines(event_id=line.event_id, at=noon(SUNDAY))
    settle_night(station, SUNDAY, at=noon(SUNDAY + DAY))
    assert days_of(account) == {SUNDAY: (5_00, 0)}


@pytest.mark.django_db
def test_a_hold_that_ends_before_the_line_is_eligible_delays_nothing():
    station = village()
    account = account_at(station)
    line = earns(account, 5_00, at=noon(MONDAY), station=station, eligible_at=noon(SUNDAY))
    for _ in range(2):
        hold_lines(event_id=line.event_id, reason="a check", at=noon(MONDAY))
        release_lines(event_id=line.event_id, at=noon(TUESDAY))
    settle_night(station, SUNDAY)
    assert days_of(account) == {SUNDAY: (5_00, 0)}


@pytest.mark.django_db
@pytest.mark.parametrize(("held_at", "held"), [(noon(MONDAY) - AN_INSTANT, 1), (noon(MONDAY), 0)])
def test_a_line_is_held_only_before_it_is_somebodys(held_at, held):
    station = village()
    line = earns(account_at(station), 5_00, at=noon(MONDAY), station=station)
    assert hold_lines(event_id=line.event_id, reason="too late?", at=held_at) == held
    assert LineHold.objects.count() == held


@pytest.mark.django_db
@pytest.mark.parametrize("alive", range(12))
def test_a_settlement_that_dies_anywhere_ends_as_if_it_had_not(monkeypatch, alive):
    monkeypatch.setattr(maturing, "CHUNK", 2)
    station = village()
    accounts = [account_at(station) for _ in range(7)]
    for number, account in enumerate(accounts, start=1):
        earns(account, 1_00 * number, at=noon(SUNDAY), station=station)
    expected = _outcome_of(station, taken_back=True)
    with pytest.raises(Killed) if alive < 4 else _no_trouble():
        _settle_for(station, steps=alive, monkeypatch=monkeypatch)
    assert _outcome_of(station) == expected
    assert len(expected[0]) == 7


class Killed(Exception):
    """What a kill looks like to the transaction that is under way."""


def _no_trouble():
    return pytest.MonkeyPatch.context()


def _settle_for(station, *, steps, monkeypatch):
    """Settle, and die in the chunk after so many, before it commits."""
    left = [steps]

    def dying(self, *args, **kwargs):
        if left[0] == 0:
            raise Killed
        left[0] -= 1
        return save(self, *args, **kwargs)

    save = SettleChunk.save
    with monkeypatch.context() as patched:
        patched.setattr(SettleChunk, "save", dying)
        settle_night(station, SUNDAY)


def _outcome_of(station, *, taken_back=False):
    """The days and statements that a settlement leaves; optionally all of it is taken back again."""
    with transaction.atomic():
        settle_night(station, SUNDAY)
        days = list(PayeeDay.objects.order_by("account").values_list("account", "matured_minor", "reversed_minor"))
        statements = list(
            Statement.objects.order_by("account").values_list("account", "payable_minor", "status", "sha256")
        )
        closes = list(DayClose.objects.order_by("business_date").values_list("business_date", "status"))
        transaction.set_rollback(taken_back)
    return days, statements, closes


@pytest.mark.usefixtures("own_database")
def test_two_settlements_of_one_night_share_the_work_and_settle_once(monkeypatch):
    monkeypatch.setattr(maturing, "CHUNK", 2)
    station = village()
    accounts = [account_at(station) for _ in range(9)]
    for account in accounts:
        earns(account, 3_00, at=noon(SUNDAY), station=station)

    def settled(_worker):
        at = instant_of(station.zone, SUNDAY + DAY, dt.time(2, 30))
        try:
            while not settle_day(county=station.county, business_date=SUNDAY, zone=station.zone, at=at):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(settled, range(4)))
    assert DayClose.objects.get(business_date=SUNDAY).status == "closed"
    assert [days_of(account) for account in accounts] == [{SUNDAY: (3_00, 0)}] * 9
    assert [[s.payable_minor for s in statements_of(account)] for account in accounts] == [[3_00]] * 9
    assert set(Statement.objects.values_list("status", flat=True)) == {"closed"}


@pytest.mark.usefixtures("own_database")
def test_a_chunk_in_other_hands_is_passed_over(monkeypatch):
    monkeypatch.setattr(maturing, "CHUNK", 1)
    station = village()
    for _ in range(2):
        earns(account_at(station), 3_00, at=noon(SUNDAY), station=station)
    with pytest.raises(Killed):
        _settle_for(station, steps=0, monkeypatch=monkeypatch)
    close = DayClose.objects.select_related("county").get(status="closing")

    def take_the_rest(_worker):
        try:
            return settle_night(station, SUNDAY).status
        finally:
            connection.close()

    with transaction.atomic():
        assert mature_lines(close=close, at=noon(SUNDAY + DAY))
        with ThreadPoolExecutor(1) as pool:
            assert list(pool.map(take_the_rest, range(1))) == ["closing"]
        assert SettleChunk.objects.filter(done_at=None).count() == 0
    assert settle_night(station, SUNDAY).status == "closed"
    assert Statement.objects.filter(status="closed").count() == 2


@pytest.mark.django_db
def test_statements_of_a_night_that_died_after_its_last_step_are_closed_by_the_next(monkeypatch):
    station = village()
    account = account_at(station)
    earns(account, 3_00, at=noon(SUNDAY), station=station)

    def dies(**_given):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(settling, "close_statements", dies)
        with pytest.raises(Killed):
            settle_night(station, SUNDAY)
    assert [s.status for s in statements_of(account)] == ["calculated"]
    settle_night(station, SUNDAY)
    assert [s.status for s in statements_of(account)] == ["closed"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("date", "hours", "night"),
    [
        (dt.date(2026, 3, 28), 24, dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC)),
        (dt.date(2026, 3, 29), 23, dt.datetime(2026, 3, 30, 0, 30, tzinfo=dt.UTC)),
        (dt.date(2026, 10, 25), 25, dt.datetime(2026, 10, 26, 1, 30, tzinfo=dt.UTC)),
        (dt.date(2026, 10, 24), 24, dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)),
    ],
)
def test_a_day_with_a_clock_change_has_its_own_length_and_its_night_comes_once(date, hours, night):
    berlin = "Europe/Berlin"
    station = village(zone=berlin)
    StationFactory._meta.model.objects.filter(county=station.county).update(zone=berlin)
    account = account_at(station)
    settle_night(station, date - DAY)
    for at in (noon(date, zone=berlin), midnight_after(date, zone=berlin)):
        earns(account, 1_00, at=at, station=station)
    assert instant_of(berlin, date + DAY, dt.time(2, 30)) == night
    close = settle_night(station, date, at=night)
    assert close.to_at - close.from_at == dt.timedelta(hours=hours)
    assert days_of(account) == {date: (2_00, 0)}


@pytest.mark.django_db
def test_what_a_day_brought_is_never_changed():
    station = village()
    earns(account_at(station), 3_00, at=noon(MONDAY), station=station)
    settle_night(station, MONDAY)
    with pytest.raises(DatabaseError), transaction.atomic():
        PayeeDay.objects.update(matured_minor=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        PayeeDay.objects.all().delete()
    assert PayeeDay.objects.get().matured_minor == 3_00
