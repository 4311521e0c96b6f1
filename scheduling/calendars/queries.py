"""Places that can be booked."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When

from scheduling.calendars.models import Offering, Resource, ResourceGroup, Slot

#: No session is longer: so far before a period its sessions may have begun.
LONGEST_SESSION = dt.timedelta(days=1)
DEFAULT_LIMIT, NEAREST = 50, 3


def free_slots(
    *,
    offerings: Iterable[Offering],
    since: dt.datetime,
    until: dt.datetime,
    at: dt.datetime,
    quantity: int = 1,
    after: tuple[dt.datetime, int] | None = None,
    limit: int = DEFAULT_LIMIT,
) -> QuerySet[Slot]:
    """Slots that start in `[since, until)` and can be booked now, earliest first, each with `free`; one statement.

    `after` is start and id of the last slot of the page before. Only the index range of these sessions is read.
    """
    slots = (
        Slot.objects.with_free()
        .filter(
            Q(session__resource__valid_until_date=None)
            | Q(session__resource__valid_until_date__gte=F("session__local_date")),
            session__offering__in=[each.pk for each in offerings],
            session__unavailable_because="",
            session__starts_at__gt=since - LONGEST_SESSION,
            session__starts_at__lt=until,
            session__opens_at__lte=at,
            session__closes_at__gt=at,
            starts_at__gte=max(since, at),
            starts_at__lt=until,
            state=Slot.State.OPEN,
            free__gte=quantity,
        )
        .select_related("session__resource")
        .order_by("starts_at", "pk")
    )
    if after is not None:
        starts_at, pk = after
        slots = slots.filter(Q(starts_at__gt=starts_at) | Q(starts_at=starts_at, pk__gt=pk))
    return slots[:limit]


def nearest_free(*, slot: Slot, at: dt.datetime, quantity: int = 1, limit: int = NEAREST) -> list[Slot]:
    """The next free slots of the same offering, at the time of this one or later, within 14 days."""
    found = free_slots(
        offerings=[slot.session.offering],
        since=slot.starts_at,
        until=slot.starts_at + dt.timedelta(days=14),
        at=at,
        quantity=quantity,
        limit=limit + 1,
    )
    return [each for each in found if each.pk != slot.pk][:limit]


def zones() -> set[str]:
    """Every zone in which a resource has a calendar."""
    return set(Resource.objects.order_by().values_list("zone", flat=True).distinct())


def resources_in(*, zone: str, date: dt.date) -> Iterable[str]:
    """The ids of the resources with weekly hours in a zone, for jobs by resource."""
    active = Resource.objects.filter(zone=zone, is_active=True, rules__isnull=False)
    return (str(pk) for pk in active.order_by("pk").values_list("pk", flat=True).distinct())


def slot_status() -> Case:
    """The FHIR R4 `slotstatus` as an annotation: derived, never stored."""
    return Case(
        When(state=Slot.State.ENTERED_IN_ERROR, then=Value("entered-in-error")),
        When(state=Slot.State.UNAVAILABLE, then=Value("busy-unavailable")),
        When(booked__gte=F("capacity"), then=Value("busy")),
        When(capacity__lte=F("booked") + F("held"), then=Value("busy-tentative")),
        default=Value("free"),
        output_field=CharField(),
    )


class FreePeriod(NamedTuple):
    """A member of a group has nothing to do in `[starts_at, ends_at)`."""

    resource_id: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime


def free_intervals(
    *, group: ResourceGroup, since: dt.datetime, until: dt.datetime, duration: dt.timedelta
) -> list[FreePeriod]:
    """Where members of a group are free within `[since, until)` for so long at least; one statement.

    What a booking then needs around it (the buffers of the resource) is left out already.
    """
    if until <= since:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _FREE_PERIODS, {"group": group.pk, "since": since, "until": until, "seconds": duration.total_seconds()}
        )
        return [FreePeriod(*row) for row in cursor.fetchall()]


_FREE_PERIODS = """
SELECT resource.id, lower(free.period), upper(free.period)
  FROM scheduling_groupmember AS member
  JOIN scheduling_resource AS resource ON resource.id = member.resource_id AND resource.is_active
   AND (resource.valid_until_date IS NULL
        OR resource.valid_until_date >= (%(since)s::timestamptz AT TIME ZONE resource.zone)::date)
 CROSS JOIN LATERAL (
       SELECT range_agg(busy.period) AS periods
         FROM (SELECT tstzrange(claim.starts_at - make_interval(mins => resource.buffer_after_minutes),
                                claim.ends_at + make_interval(mins => resource.buffer_before_minutes)) AS period
                 FROM scheduling_claim AS claim
                WHERE claim.resource_id = resource.id AND claim.is_active AND claim.is_exclusive
                  AND tstzrange(claim.starts_at, claim.ends_at)
                      && tstzrange(%(since)s::timestamptz - INTERVAL '2 hours',
                                   %(until)s::timestamptz + INTERVAL '2 hours')
                UNION ALL
               SELECT tstzrange(away.starts_at, away.ends_at)
                 FROM scheduling_availabilityexception AS away
                WHERE away.resource_id = resource.id AND away.kind IN ('closed', 'leave') AND away.withdrawn_at IS NULL
                  AND tstzrange(away.starts_at, away.ends_at) && tstzrange(%(since)s, %(until)s)
              ) AS busy
      ) AS taken
 CROSS JOIN LATERAL unnest(
       tstzmultirange(tstzrange(%(since)s, %(until)s)) - coalesce(taken.periods, tstzmultirange())
      ) AS free (period)
 WHERE member.group_id = %(group)s AND upper(free.period) - lower(free.period) >= make_interval(secs => %(seconds)s)
 ORDER BY lower(free.period), resource.id
"""
