"""What the public sees of a station, to the second; and hours against odd clocks."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from stations.network.hours import PublishedHours
from stations.network.models import OpeningException, OpeningHours
from stations.network.queries import public_state, stations_near, week_of
from stations.network.services import HoursOverlap, heartbeat, set_exception, set_hours
from tests.factories.stations import DeviceFactory, StationFactory

DAY = (dt.time(8), dt.time(18))
MONDAY = dt.date(2026, 11, 23)
WORKDAYS = {weekday: [DAY] for weekday in range(1, 7)}
pytestmark = pytest.mark.django_db


def at(clock, day=MONDAY):
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def station():
    station = StationFactory(last_seen_at=at("10:00"))
    set_hours(station=station, week=WORKDAYS, from_date=dt.date(2026, 1, 1), actor=None)
    return station


def state(station, clock, day=MONDAY):
    return public_state(station, at(clock, day)).code


def test_a_station_that_was_heard_of_at_ten_is_offline_from_half_past(station):
    assert state(station, "10:29:59") == "open_now"
    assert state(station, "10:30:00") == "offline"
    assert state(station, "17:59:59") == "offline"
    assert state(station, "18:00:00") == "closed_now"


def test_an_interval_begins_with_its_first_second(station):
    station.last_seen_at = at("07:59")
    assert state(station, "07:59:59") == "closed_now"
    assert state(station, "08:00:00") == "open_now"


def test_a_station_never_heard_of_is_offline(station):
    station.last_seen_at = None
    assert state(station, "09:00") == "offline"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("closed", "closed_for_good"),
        ("suspended", "suspended"),
        ("temporarily_closed", "temporarily_closed"),
        ("trial", "open_now"),
        ("planned", "closed_now"),
    ],
)
def test_the_state_of_the_house_beats_the_clock(station, status, code):
    station.status = status
    assert state(station, "10:00") == code


def test_the_next_opening_is_tomorrow_or_after_sunday(station):
    assert public_state(station, at("18:00")).opens_next_at == at("08:00", dt.date(2026, 11, 24))
    assert public_state(station, at("18:00", dt.date(2026, 11, 28))).opens_next_at == at("08:00", dt.date(2026, 11, 30))
    assert public_state(station, at("07:00")).opens_next_at == at("08:00")


def test_an_exception_beats_the_week(station):
    set_exception(station=station, date=MONDAY, opens=None, closes=None, reason="赶集", actor=None)
    assert state(station, "10:00") == "closed_now"
    assert public_state(station, at("10:00")).opens_next_at == at("08:00", dt.date(2026, 11, 24))
    set_exception(station=station, date=MONDAY, opens=dt.time(9), closes=dt.time(10, 15), reason="赶集", actor=None)
    assert (state(station, "10:14:59"), state(station, "10:15:00")) == ("open_now", "closed_now")
    assert station.exceptions.count() == 1


def test_a_noon_break_is_closed_and_opens_again(station):
    set_hours(
        station=station,
        week={1: [(dt.time(8), dt.time(12)), (dt.time(14), dt.time(18))]},
        from_date=MONDAY,
        actor=None,
    )
    assert state(station, "12:00:00") == "closed_now"
    assert public_state(station, at("12:00")).opens_next_at == at("14:00")


def test_a_station_without_hours_opens_never():
    assert public_state(StationFactory(), at("10:00")).opens_next_at is None


def test_new_hours_end_the_old_ones_on_their_day(station):
    set_hours(station=station, week={1: [(dt.time(9), dt.time(10))]}, from_date=MONDAY, actor=None)
    assert week_of(station, MONDAY - dt.timedelta(days=1))[0].intervals == [DAY]
    assert week_of(station, MONDAY)[0].hours == "09:00\u2060–\u206010:00"
    assert len([day for day in week_of(station, MONDAY) if not day.intervals]) == 6


@pytest.mark.parametrize(
    "intervals",
    [
        [(dt.time(8), dt.time(12)), (dt.time(11, 59), dt.time(18))],
        [(dt.time(12), dt.time(12))],
        [(dt.time(18), dt.time(8))],
    ],
)
def test_hours_that_overlap_or_run_backwards_are_refused(station, intervals):
    with pytest.raises(HoursOverlap):
        set_hours(station=station, week={1: intervals}, from_date=MONDAY, actor=None)
    assert OpeningHours.objects.filter(station=station).count() == 6


def test_hours_may_touch(station):
    week = {1: [(dt.time(8), dt.time(12)), (dt.time(12), dt.time(18))]}
    assert len(set_hours(station=station, week=week, from_date=MONDAY, actor=None)) == 2


def test_the_database_refuses_overlapping_hours(station):
    with pytest.raises(IntegrityError, match="do_not_overlap"), transaction.atomic():
        OpeningHours.objects.create(
            station=station, weekday=1, opens=dt.time(17, 59), closes=dt.time(19), from_date=MONDAY
        )


def test_half_an_exception_is_refused(station):
    with pytest.raises(HoursOverlap):
        set_exception(station=station, date=MONDAY, opens=dt.time(9), closes=None, reason="x", actor=None)
    assert OpeningException.objects.count() == 0


def hours_in(zone, *intervals):
    rows = [
        OpeningHours(weekday=weekday, opens=opens, closes=closes, from_date=dt.date(2020, 1, 1))
        for weekday in range(1, 8)
        for opens, closes in intervals
    ]
    return PublishedHours.of(zone, rows, [])


def utc(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def test_a_skipped_hour_is_closed():
    # Berlin, 29 March 2026: 02:00 is followed by 03:00 (01:00 UTC).
    night = hours_in("Europe/Berlin", (dt.time(2), dt.time(3)))
    assert not night.open_at(utc("2026-03-29T00:59:59"))
    assert not night.open_at(utc("2026-03-29T01:00:00"))
    assert night.opens_next_at(utc("2026-03-29T00:00:00")) == utc("2026-03-30T00:00:00")


def test_an_opening_in_a_skipped_hour_is_the_next_instant():
    morning = hours_in("Europe/Berlin", (dt.time(2, 30), dt.time(6)))
    assert morning.opens_next_at(utc("2026-03-29T00:00:00")) == utc("2026-03-29T01:00:00")
    assert morning.open_at(utc("2026-03-29T01:00:00"))


def test_a_doubled_hour_is_open_once():
    # Berlin, 25 October 2026: 02:00-03:00 comes twice, from 00:00 and from 01:00 UTC.
    night = hours_in("Europe/Berlin", (dt.time(2), dt.time(3)))
    assert night.open_at(utc("2026-10-25T00:30:00"))
    assert not night.open_at(utc("2026-10-25T01:30:00"))
    whole = hours_in("Europe/Berlin", (dt.time(1), dt.time(5)))
    assert not whole.open_at(utc("2026-10-25T01:30:00"))
    assert whole.opens_next_at(utc("2026-10-25T01:30:00")) == utc("2026-10-25T02:00:00")


def test_a_heartbeat_is_written_at_most_once_a_minute(station, django_assert_num_queries):
    station.last_seen_at = None
    station.save()
    device = DeviceFactory(station=station)
    with django_assert_num_queries(2 + 2):  # the device's report and one statement, in a savepoint
        assert heartbeat(station=station, at=at("11:00:00"), device=device.pk, app_version="1.2", queued_ops=3)
    assert not heartbeat(station=station, at=at("11:00:59"), device=device.pk, app_version="1.3", queued_ops=4)
    station.refresh_from_db()
    device.refresh_from_db()
    assert (station.last_seen_at, device.last_seen_at) == (at("11:00:00"), at("11:00:00"))
    assert (device.app_version, device.queued_ops) == ("1.2", 3)
    assert heartbeat(station=station, at=at("11:01:00"))


def test_a_device_of_another_station_is_not_touched(station):
    other = DeviceFactory(station=StationFactory())
    heartbeat(station=station, at=at("11:00"), device=other.pk, queued_ops=3)
    other.refresh_from_db()
    assert (other.last_seen_at, other.queued_ops) == (None, 0)


def test_the_nearest_stations_come_first_and_only_those_at_work():
    near, far = (StationFactory(latitude=33, longitude=longitude) for longitude in (118, 119))
    StationFactory(latitude=33, longitude=118, status="suspended")
    assert list(stations_near(33, 118.1)) == [near, far]
