"""Periods of a resource: each is a session of one place that is made with its booking and ends with it."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import clock_in, day_in, instant_of
from core.errors import Refused, refuses
from scheduling.calendars.models import AvailabilityException, Claim, Offering, PartOfDay, Resource, Session, Slot
from scheduling.calendars.services.sessions import ResourceTaken, claim_of, closes_at_of, opens_at_of
from scheduling.violations import refused_as


class PeriodNotPossible(Refused):
    """Before its hours, after them, too long, or no period at all."""

    code = "period_not_possible"
    status = 422
    message = _("This can be booked between %(opens)s and %(closes)s, for at most %(hours)s hours.")


@refuses(PeriodNotPossible)
def check_period(offering: Offering, zone: str, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    """Refuse what is no period between the local times of the offering."""
    opens, closes, longest = offering.day_starts_at, offering.day_ends_at, offering.longest_minutes
    if opens is None or closes is None or longest is None:
        raise ValueError(f"{offering.owner_kind} {offering.owner_ref} is not booked by period")
    first, last = day_in(zone, starts_at), day_in(zone, ends_at)
    if opens < closes:
        is_within = instant_of(zone, first, opens) <= starts_at and ends_at <= instant_of(zone, first, closes)
    else:
        is_within = last > first and clock_in(zone, starts_at) >= opens and clock_in(zone, ends_at) <= closes
    if ends_at <= starts_at or not is_within or ends_at - starts_at > dt.timedelta(minutes=longest):
        raise PeriodNotPossible(
            field="ends_at", opens=f"{opens:%H:%M}", closes=f"{closes:%H:%M}", hours=f"{longest / 60:g}"
        )


def period_of(offering: Offering, resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime) -> Session:
    """The session of a period, not stored yet."""
    local_date = day_in(resource.zone, starts_at)
    return Session(
        resource=resource,
        offering=offering,
        starts_at=starts_at,
        ends_at=ends_at,
        local_date=local_date,
        part_of_day=PartOfDay.OTHER,
        opens_at=opens_at_of(offering.policy, resource.zone, local_date),
        closes_at=closes_at_of(offering.policy, resource.zone, local_date, starts_at),
        is_period=True,
    )


@refuses(ResourceTaken)
@transaction.atomic
def open_period(*, session: Session) -> Slot:
    """Store a period with its one place, which is held; the database says whether its resource is free.

    The caller writes the booking in the same transaction.
    """
    _refuse_away(lock(session.resource), session.starts_at, session.ends_at)
    session.save(force_insert=True)
    slot = Slot.objects.create(
        session=session, starts_at=session.starts_at, ends_at=session.ends_at, capacity=1, ceiling=1, held=1
    )
    with refused_as({"resource_serves_one_claim_at_a_time": ResourceTaken}):
        claim_of(session.resource, session).save(force_insert=True)
    return slot


@refuses(ResourceTaken)
@transaction.atomic
def shift_period(*, session: Session, resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime) -> Slot:
    """Let a period begin and end at other instants, or take another resource; if that is taken, the old one stands.

    The caller has locked both resources and the session.
    """
    _refuse_away(resource, starts_at, ends_at)
    planned = period_of(session.offering, resource, starts_at, ends_at)
    for name in ("resource", "starts_at", "ends_at", "local_date", "opens_at", "closes_at"):
        setattr(session, name, getattr(planned, name))
    session.save()
    slot = session.slots.get()
    slot.starts_at, slot.ends_at, slot.version = starts_at, ends_at, slot.version + 1
    slot.save(update_fields=["starts_at", "ends_at", "version", "updated_at"])
    claim = claim_of(resource, session)
    with refused_as({"resource_serves_one_claim_at_a_time": ResourceTaken}):
        Claim.objects.filter(session=session).update(
            resource=resource,
            starts_at=claim.starts_at,
            ends_at=claim.ends_at,
            is_exclusive=resource.is_exclusive,
            updated_at=Now(),
        )
    return slot


def end_periods(sessions: Sequence[Session]) -> None:
    """The resources of these periods are free again: their bookings have ended."""
    ids = [each.pk for each in sessions]
    if not ids:
        return
    Slot.objects.filter(session__in=ids).update(
        state=Slot.State.UNAVAILABLE, version=F("version") + 1, updated_at=Now()
    )
    Claim.objects.filter(session__in=ids).update(is_active=False, updated_at=Now())
    Session.objects.filter(pk__in=ids, unavailable_because="").update(
        unavailable_because=Session.Unavailable.ENDED, updated_at=Now()
    )


def _refuse_away(resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    away = AvailabilityException.objects.filter(
        resource=resource,
        kind__in=AvailabilityException.AWAY,
        withdrawn_at=None,
        starts_at__lt=ends_at,
        ends_at__gt=starts_at,
    )
    if not resource.is_active or away.exists():
        raise ResourceTaken
