"""Many parcels moved at once, as a van brings them: held first, moved in memory, written in a few statements."""

import datetime as dt
from collections import defaultdict
from uuid import UUID

from django.db.models import Max

from core.database.many_rows import update_rows
from core.days import day_in
from core.events.services import publish_all
from core.fields import uuid7
from core.history import record_changes
from core.jobs.models import Job
from core.jobs.services import enqueue_all
from logistics.parcels.models import Parcel, ParcelEvent
from logistics.parcels.services.moving import storage_time, wait_here
from logistics.parcels.services.steps import (
    Kind,
    Scan,
    Step,
    facts_of,
    follow,
    is_overtaken,
    new_step,
    stored_key,
)
from stations.accounts.models import User
from stations.network.models import Station

#: A code takes a twentieth of a second: so many are made by one job.
CODES_OF_A_JOB = 50
_COLUMNS = (
    *(
        "status",
        "custodian_id",
        "run_id",
        "scanned_at",
        "available_at",
        "storage_until_date",
        "is_extended",
        "exception",
    ),
    *("ended_at", "updated_at"),
)
_TOLD: dict[str, str] = {Kind.RECEIVED: "logistics.parcel_available", Kind.RETURNED: "logistics.parcel_returned"}


def is_late(parcel: Parcel, scan: Scan, status: str) -> bool:
    """Whether this older scan would take the parcel back to a state that it has left."""
    return status != parcel.status and is_overtaken(parcel, scan, status)


class ParcelBatch:
    """Parcels that the caller holds. Each `move` changes them in memory; `write` stores all of it once.

    Receivers of what has arrived get their codes by a job, a moment later.
    """

    def __init__(self, parcels: list[Parcel], *, by: User, at: dt.datetime) -> None:
        self.by, self.at = by, at
        ids = [parcel.pk for parcel in parcels]
        events = ParcelEvent.objects.filter(parcel__in=ids).order_by()
        self._steps: dict[UUID, int] = dict(events.values_list("parcel").annotate(Max("sequence")))
        self._known: set[str] = set(events.values_list("key", flat=True))
        self._events: list[ParcelEvent] = []
        self._moved: dict[UUID, Parcel] = {}
        self._days: dict[int, dt.timedelta] = {}

    def knows(self, parcel: Parcel, scan: Scan) -> bool:
        """Whether this scan of the parcel was taken over already."""
        return stored_key(parcel, scan) in self._known

    def move(self, parcel: Parcel, step: Step, *, custodian: Station | None, scan: Scan) -> None:
        """Take a step with a parcel; an older scan than where the parcel is moves nothing and is stored."""
        late = is_late(parcel, scan, step.status)
        sequence = self._steps.get(parcel.pk, 0) + 1
        event = new_step(parcel, step, sequence=sequence, by=self.by, at=self.at, scan=scan, is_late=late)
        self._steps[parcel.pk] = sequence
        self._known.add(event.key)
        self._events.append(event)
        if late:
            return
        parcel.custodian = custodian
        if step.kind == Kind.RECEIVED:
            today = day_in(parcel.to_station.zone, self.at)
            wait_here(parcel, since=event.made_at, until=today + self._storage(parcel.to_station, today))
        if step.kind == Kind.RETURNED:
            parcel.ended_at = self.at
        follow(parcel, event)
        parcel.updated_at = self.at
        self._moved[parcel.pk] = parcel

    def write(self) -> None:
        """Steps, parcels, history, events and the codes that are due."""
        ParcelEvent.objects.bulk_create(self._events, batch_size=1_000)
        update_rows(list(self._moved.values()), *_COLUMNS)
        changes: dict[tuple[str, str], list[Parcel]] = defaultdict(list)
        told: dict[str, list[Parcel]] = defaultdict(list)
        for event in self._events:
            if event.old_status != event.new_status:
                changes[event.old_status, event.new_status].append(event.parcel)
            if event.kind in _TOLD and not event.is_out_of_order:
                told[event.kind].append(event.parcel)
        for (old, new), parcels in changes.items():
            record_changes(parcels, old=old, new=new, at=self.at, actor=self.by.pk)
        for kind, parcels in told.items():
            publish_all(_TOLD[kind], [facts_of(parcel) for parcel in parcels], at=self.at)
        if back := self._set_off_back():
            publish_all("logistics.goods_set_off_back", [facts_of(parcel) for parcel in back], at=self.at)
        self._send_codes(told[Kind.RECEIVED])

    def _set_off_back(self) -> list[Parcel]:
        """What a van has taken along that brings goods back."""
        loaded = [event for event in self._events if event.kind == Kind.LOADED and not event.is_out_of_order]
        return [event.parcel for event in loaded if event.parcel.brings_back]

    def _send_codes(self, parcels: list[Parcel]) -> None:
        ids = [str(parcel.pk) for parcel in parcels]
        enqueue_all(
            [
                Job(
                    kind="parcels.issue_codes",
                    dedupe_key=f"parcel-codes:{uuid7()}",
                    payload={"parcels": ids[first : first + CODES_OF_A_JOB]},
                    run_at=self.at,
                )
                for first in range(0, len(ids), CODES_OF_A_JOB)
            ]
        )

    def _storage(self, station: Station, today: dt.date) -> dt.timedelta:
        if station.pk not in self._days:
            self._days[station.pk] = storage_time(station, today)
        return self._days[station.pk]
