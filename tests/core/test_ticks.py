"""Periodic work: one job per tick, local times as the wall shows them."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core import hooks
from core.days import clock_in, day_in, instant_of
from core.jobs import ticks
from core.jobs.models import Job
from core.jobs.registry import KINDS, job
from core.jobs.ticks import start_local_work, write_ticks
from core.jobs.times import Daily, Every
from ecomnet.celery import app
from ecomnet.schedule import SCHEDULE
from tests.hooks import replace, replace_keyed
from tests.jobs import run_jobs

AT = dt.datetime(2026, 11, 25, 8, 0, 7, tzinfo=dt.UTC)
SHANGHAI, NEW_YORK, LORD_HOWE = "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"


@pytest.fixture(autouse=True)
def _schedule_of_this_test(monkeypatch):
    replace_keyed(monkeypatch, hooks.SCHEDULE, {"test.sweep": Every(10)})
    replace(monkeypatch, hooks.ZONES, lambda: [SHANGHAI])
    before = dict(KINDS)
    job("test.sweep")(lambda payload, at: None)
    job("test.settle")(lambda payload, at: None)
    yield
    KINDS.clear()
    KINDS.update(before)


def two_counties(*, zone, date):
    return ["321324", "341522"]


def keys():
    return list(Job.objects.order_by("dedupe_key").values_list("dedupe_key", flat=True))


@pytest.mark.django_db
def test_a_tick_is_one_job_however_often_it_is_noticed():
    for seconds in (0, 1, 2):
        write_ticks(at=AT + dt.timedelta(seconds=seconds))
        run_jobs(AT + dt.timedelta(seconds=seconds))
    assert keys() == [f"test.sweep:{int(AT.timestamp()) // 10}"]
    write_ticks(at=AT + dt.timedelta(seconds=3))
    assert Job.objects.count() == 2


@pytest.mark.django_db
def test_no_tick_is_added_while_an_earlier_one_waits_or_runs():
    write_ticks(at=AT)
    write_ticks(at=AT + dt.timedelta(hours=1))
    assert Job.objects.count() == 1
    run_jobs(AT + dt.timedelta(hours=1))
    write_ticks(at=AT + dt.timedelta(hours=1))
    assert Job.objects.count() == 2


@pytest.mark.django_db
def test_a_tick_that_has_failed_for_good_does_not_end_the_sweep():
    write_ticks(at=AT)
    Job.objects.update(state=Job.State.DEAD)
    write_ticks(at=AT + dt.timedelta(seconds=10))
    assert Job.objects.count() == 2


@pytest.mark.usefixtures("own_database")
def test_two_beats_at_once_write_one_job():
    barrier = Barrier(6)

    def beat(_number):
        barrier.wait()
        try:
            write_ticks(at=AT, kinds=["test.sweep"])
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as beats:
        list(beats.map(beat, range(6)))
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_a_kind_that_is_not_in_the_schedule_has_no_ticks():
    write_ticks(at=AT, kinds=["test.unknown"])
    assert not Job.objects.exists()


def test_the_beat_rings_for_every_kind_that_has_ticks_and_every_kind_has_a_body():
    assert set(app.conf.beat_schedule) == {kind for kind, when in SCHEDULE.items() if isinstance(when, Every)}
    assert set(SCHEDULE) <= set(KINDS)


@pytest.mark.django_db
def test_a_local_time_starts_one_job_for_every_county_of_the_zone(monkeypatch):
    settle = Daily(dt.time(2, 30), places=f"{__name__}.two_counties", key="settle:{date}:{place}")
    replace_keyed(monkeypatch, hooks.SCHEDULE, {"test.settle": settle})
    monkeypatch.setattr(ticks, "CATCH_UP_DAYS", 0)
    start_local_work(at=instant_of(SHANGHAI, dt.date(2026, 11, 25), dt.time(2, 29, 59)))
    assert not Job.objects.exists()
    due = instant_of(SHANGHAI, dt.date(2026, 11, 25), dt.time(2, 30))
    for _twice in range(2):
        start_local_work(at=due)
        run_jobs(due)
    settled = Job.objects.filter(kind="test.settle").order_by("dedupe_key")
    assert [row.dedupe_key for row in settled] == ["settle:2026-11-25:321324", "settle:2026-11-25:341522"]
    assert settled[0].payload == {"place": "321324", "zone": SHANGHAI, "date": "2026-11-25"}
    assert settled[0].run_at == due
    assert settled[0].state == Job.State.DONE


@pytest.mark.django_db
def test_a_house_that_was_down_makes_up_for_the_nights_it_missed_but_not_for_reminders(monkeypatch):
    reminder = Daily(dt.time(9, 0), use_within=dt.timedelta(hours=12))
    replace_keyed(monkeypatch, hooks.SCHEDULE, {"test.settle": Daily(dt.time(2, 30)), "test.sweep": reminder})
    at = instant_of(SHANGHAI, dt.date(2026, 11, 25), dt.time(12, 0))
    start_local_work(at=at)
    run_jobs(at)
    run_jobs(at)
    assert Job.objects.filter(kind="test.settle", state="done").count() == 3
    assert Job.objects.filter(kind="test.sweep", state="done").count() == 1
    assert Job.objects.filter(kind="test.sweep", state="missed").count() == 2


@pytest.mark.django_db
def test_monthly_work_starts_on_its_day_alone(monkeypatch):
    replace_keyed(monkeypatch, hooks.SCHEDULE, {"test.settle": Daily(dt.time(3, 0), day_of_month=1)})
    start_local_work(at=instant_of(SHANGHAI, dt.date(2026, 11, 30), dt.time(23, 59)))
    assert not Job.objects.exists()
    start_local_work(at=instant_of(SHANGHAI, dt.date(2026, 12, 1), dt.time(3, 0)))
    assert keys() == ["fanout:test.settle:Asia/Shanghai:2026-12-01"]


@pytest.mark.parametrize(
    ("zone", "date", "clock", "utc"),
    [
        (SHANGHAI, "2026-11-25", "02:30", "2026-11-24T18:30"),
        # New York skips 02:00 to 03:00 on 8 March 2026 and repeats 01:00 to 02:00 on 1 November.
        (NEW_YORK, "2026-03-08", "01:59:59", "2026-03-08T06:59:59"),
        (NEW_YORK, "2026-03-08", "02:00", "2026-03-08T07:00"),
        (NEW_YORK, "2026-03-08", "02:30", "2026-03-08T07:00"),
        (NEW_YORK, "2026-03-08", "02:59:59", "2026-03-08T07:00"),
        (NEW_YORK, "2026-03-08", "03:00", "2026-03-08T07:00"),
        (NEW_YORK, "2026-03-08", "03:00:01", "2026-03-08T07:00:01"),
        (NEW_YORK, "2026-11-01", "00:59:59", "2026-11-01T04:59:59"),
        (NEW_YORK, "2026-11-01", "01:30", "2026-11-01T05:30"),
        (NEW_YORK, "2026-11-01", "02:00", "2026-11-01T07:00"),
        # Half an hour, on 4 October 2026 and 5 April.
        (LORD_HOWE, "2026-10-04", "02:10", "2026-10-03T15:30"),
        (LORD_HOWE, "2026-10-04", "02:30", "2026-10-03T15:30"),
        (LORD_HOWE, "2026-04-05", "01:45", "2026-04-04T14:45"),
        # Samoa had no 30 December 2011 at all.
        ("Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00"),
    ],
)
def test_a_skipped_time_is_the_next_instant_and_a_doubled_one_the_first(zone, date, clock, utc):
    at = instant_of(zone, dt.date.fromisoformat(date), dt.time.fromisoformat(clock))
    assert at == dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    assert at.tzinfo is dt.UTC


def test_the_wall_shows_again_what_it_was_asked_for():
    at = instant_of(SHANGHAI, dt.date(2026, 11, 25), dt.time(23, 59, 59))
    assert (day_in(SHANGHAI, at), clock_in(SHANGHAI, at)) == (dt.date(2026, 11, 25), dt.time(23, 59, 59))
    assert day_in(SHANGHAI, at + dt.timedelta(seconds=1)) == dt.date(2026, 11, 26)


@pytest.mark.django_db
@pytest.mark.parametrize(("month", "day", "clock"), [(3, 8, dt.time(2, 30)), (11, 1, dt.time(1, 30))])
def test_work_at_a_skipped_or_doubled_time_is_done_once_that_day(monkeypatch, month, day, clock):
    replace_keyed(monkeypatch, hooks.SCHEDULE, {"test.settle": Daily(clock)})
    replace(monkeypatch, hooks.ZONES, lambda: [NEW_YORK])
    monkeypatch.setattr(ticks, "CATCH_UP_DAYS", 0)
    midnight = instant_of(NEW_YORK, dt.date(2026, month, day), dt.time(0, 0))
    for minutes in range(0, 300, 10):
        start_local_work(at=midnight + dt.timedelta(minutes=minutes))
        run_jobs(midnight + dt.timedelta(minutes=minutes))
    assert Job.objects.get(kind="test.settle").dedupe_key == f"test.settle:America/New_York:2026-{month:02}-{day:02}"
