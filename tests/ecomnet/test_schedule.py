"""Work that comes round by the clock: every local time can be written as jobs, each with a key of its own."""

import datetime as dt

import pytest
from django.utils.module_loading import import_string

from core.jobs.registry import KINDS, register_all
from core.jobs.ticks import _local_job
from core.jobs.times import Daily
from ecomnet.schedule import SCHEDULE

MONDAY = dt.date(2026, 11, 16)
LOCAL = {kind: when for kind, when in SCHEDULE.items() if isinstance(when, Daily)}


@pytest.mark.parametrize("kind", sorted(LOCAL))
def test_a_local_time_makes_one_job_for_each_date_and_place(kind):
    when = LOCAL[kind]
    keys = {
        _local_job(kind, when, "Asia/Shanghai", date, place).dedupe_key
        for date in (MONDAY, MONDAY + dt.timedelta(days=1))
        for place in (("321324000000", "331124000000") if when.places else ("Asia/Shanghai",))
    }
    assert len(keys) == (4 if when.places else 2)


@pytest.mark.django_db
def test_every_kind_has_a_body_and_every_list_of_places_answers():
    register_all()
    assert set(SCHEDULE) - KINDS.keys() == set()
    for when in LOCAL.values():
        if when.places:
            assert list(import_string(when.places)(zone="Asia/Shanghai", date=MONDAY)) == []
