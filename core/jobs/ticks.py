"""Periodic work: one job per tick, whichever process writes it first."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import import_string

from core.days import day_in, instant_of
from core.hooks import SCHEDULE, ZONES
from core.jobs.models import Job
from core.jobs.services import enqueue_all
from core.jobs.times import Daily, Every

#: After a downtime of up to so many days the missed nightly work is run.
CATCH_UP_DAYS = 2


@transaction.atomic
def write_ticks(*, at: dt.datetime, kinds: Iterable[str] | None = None) -> None:
    """Write the job of the tick that is on at this instant, for these kinds or for all that have ticks."""
    wanted = {kind: when for kind, when in SCHEDULE.items() if isinstance(when, Every)}
    if kinds is not None:
        wanted = {kind: wanted[kind] for kind in kinds if kind in wanted}
    under_way = Job.objects.filter(Q(state=Job.State.WAITING) | Q(state=Job.State.RUNNING), kind__in=wanted)
    open_kinds = set(under_way.values_list("kind", flat=True))
    jobs = [_tick(kind, when.seconds, at) for kind, when in wanted.items() if kind not in open_kinds]
    known = set(
        Job.objects.filter(dedupe_key__in=[job.dedupe_key for job in jobs]).values_list("dedupe_key", flat=True)
    )
    if new := [job for job in jobs if job.dedupe_key not in known]:
        enqueue_all(new)


def _tick(kind: str, seconds: int, at: dt.datetime) -> Job:
    number = int(at.timestamp()) // seconds
    return Job(
        kind=kind,
        dedupe_key=f"{kind}:{number}",
        payload={"tick": number},
        run_at=dt.datetime.fromtimestamp(number * seconds, dt.UTC),
    )


@transaction.atomic
def start_local_work(*, at: dt.datetime) -> None:
    """Write the fan-outs of every local time that has come, in each zone, also those of the last days."""
    enqueue_all(
        [
            _fan_out(kind, zone, date, at)
            for zone in sorted({zone for zones in ZONES for zone in zones()})
            for kind, when in SCHEDULE.items()
            if isinstance(when, Daily)
            for date in _last_days(zone, at)
            if when.falls_on(date) and instant_of(zone, date, when.at) <= at
        ]
    )


def _last_days(zone: str, at: dt.datetime) -> list[dt.date]:
    today = day_in(zone, at)
    return [today - dt.timedelta(days=days) for days in range(CATCH_UP_DAYS + 1)]


def _fan_out(kind: str, zone: str, date: dt.date, at: dt.datetime) -> Job:
    return Job(
        kind="jobs.fan_out",
        dedupe_key=f"fanout:{kind}:{zone}:{date}",
        payload={"kind": kind, "zone": zone, "date": date.isoformat()},
        run_at=at,
    )


@transaction.atomic
def fan_out(*, kind: str, zone: str, date: dt.date) -> None:
    """Write one job for every place of the zone."""
    when = SCHEDULE[kind]
    if not isinstance(when, Daily):
        return
    places = import_string(when.places)(zone=zone, date=date) if when.places else [zone]
    enqueue_all([_local_job(kind, when, zone, date, str(place)) for place in places])


def _local_job(kind: str, when: Daily, zone: str, date: dt.date, place: str) -> Job:
    run_at = instant_of(zone, date, when.at)
    key = when.key or f"{kind}:{{place}}:{{date}}"
    payload: dict[str, Any] = {"place": place, "zone": zone, "date": date.isoformat()}
    return Job(
        kind=kind,
        dedupe_key=key.format(place=place, date=date, zone=zone),
        payload=payload,
        run_at=run_at,
        use_by=run_at + when.use_within if when.use_within else None,
        is_patient=True,
    )
