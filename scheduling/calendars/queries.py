"""Places that can be booked."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When

from scheduling.calendars.models import Offering, Resource, Slot

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
