"""A resource is away: in one transaction its places leave the sale and everybody who had one is cancelled and told."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.errors import Refused, refuses
from core.events.services import publish, publish_all
from core.history import record_change, record_changes
from scheduling.bookings.models import Booking, Offer, Participant
from scheduling.bookings.services.lines import offer_to_line
from scheduling.bookings.services.telling import tell_of_cancellation
from scheduling.calendars.models import AvailabilityException, Claim, Resource, Session, Slot
from scheduling.calendars.services import end_periods
from scheduling.violations import refused_as
from stations.accounts.models import User

Kind = AvailabilityException.Kind


class AlreadyAway(Refused):
    """The period overlaps one that is recorded."""

    code = "already_away"
    message = _("An absence in this period is recorded already.")


class PeriodOver(Refused):
    """An absence that has ended cannot change what was."""

    code = "period_over"
    status = 422
    message = _("This period is over.")


@dataclass(frozen=True)
class LeaveReport:
    """What an absence did: the sessions it touched, and the bookings that it cancelled."""

    exception: AvailabilityException
    sessions: int
    cancelled: list[Booking]


@refuses(AlreadyAway, PeriodOver)
@transaction.atomic
def record_leave(
    *,
    resource: Resource,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    reason_code: str,
    by: User | None,
    at: dt.datetime,
    kind: str = Kind.LEAVE,
    note: str = "",
) -> LeaveReport:
    """Record that a resource is away in `[starts_at, ends_at)`; that bookings exist never refuses it.

    Slots in the period become unavailable, their bookings are cancelled by the provider without a penalty, offers end,
    and a session that lies in the period as a whole releases what it claims.
    """
    if ends_at <= at or ends_at <= starts_at:
        raise PeriodOver(field="ends_at")
    resource = lock(resource)
    with refused_as({"exceptions_of_a_kind_never_overlap": AlreadyAway}):
        exception = AvailabilityException.objects.create(
            resource=resource,
            starts_at=starts_at,
            ends_at=ends_at,
            kind=kind,
            reason_code=reason_code,
            note=note,
            recorded_by=by,
        )
    record_change(exception, old="", new=kind, at=at, actor=by.pk if by else None, reason=reason_code)
    return take_from_sale(exception=exception, starts_at=starts_at, ends_at=ends_at, by=by, at=at)


@transaction.atomic
def take_from_sale(
    *, exception: AvailabilityException, starts_at: dt.datetime, ends_at: dt.datetime, by: User | None, at: dt.datetime
) -> LeaveReport:
    """Take what lies in `[starts_at, ends_at)` from sale, and cancel who has it, because of a recorded absence.

    For an absence that is recorded already, too: a session may have been opened in it since.
    """
    resource = exception.resource
    sessions = lock_all(sessions_within(resource, max(starts_at, at), ends_at))
    slots = lock_all(slots_within(sessions, max(starts_at, at), ends_at))
    Slot.objects.filter(pk__in=[each.pk for each in slots]).update(
        state=Slot.State.UNAVAILABLE, version=F("version") + 1, updated_at=at
    )
    whole = [each.pk for each in sessions if each.starts_at >= starts_at and each.ends_at <= ends_at]
    Session.objects.filter(pk__in=whole).update(unavailable_because=exception.kind, exception=exception)
    Claim.objects.filter(session__in=whole).update(is_active=False)
    cancelled = _cancel(exception, sessions, slots, by=by, at=at)
    end_periods([each for each in sessions if each.is_period])
    publish(
        "scheduling.leave_recorded",
        at=at,
        resource=str(resource.pk),
        owner_kind=resource.owner_kind,
        exception=exception.pk,
        bookings=len(cancelled),
    )
    return LeaveReport(exception, len(sessions), cancelled)


@transaction.atomic
def withdraw_leave(*, exception: AvailabilityException, by: User, at: dt.datetime) -> AvailabilityException:
    """The resource is there after all: slots open again unless it is away otherwise; no booking revives.

    A session whose resource was given to another one meanwhile stays unavailable.
    """
    lock(exception.resource)
    exception = lock(exception)
    if exception.withdrawn_at is not None:
        return exception
    exception.withdrawn_at = at
    exception.save(update_fields=["withdrawn_at", "updated_at"])
    record_change(exception, old=exception.kind, new="withdrawn", at=at, actor=by.pk)
    for session in lock_all(Session.objects.filter(exception=exception, is_period=False, starts_at__gt=at)):
        _reopen_session(session)
    sessions = lock_all(sessions_within(exception.resource, max(exception.starts_at, at), exception.ends_at))
    _reopen_slots(sessions, exception, at=at)
    for session in sessions:
        offer_to_line(session, at=at)
    return exception


def sessions_within(resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime) -> QuerySet[Session]:
    """The sessions that claim a resource in a period."""
    claimed = Claim.objects.filter(resource=resource, is_active=True).values("session")
    return Session.objects.filter(pk__in=claimed, starts_at__lt=ends_at, ends_at__gt=starts_at)


def slots_within(sessions: Sequence[Session], starts_at: dt.datetime, ends_at: dt.datetime) -> QuerySet[Slot]:
    """The slots on sale of these sessions that overlap a period."""
    return Slot.objects.filter(
        session__in=sessions, state=Slot.State.OPEN, starts_at__lt=ends_at, ends_at__gt=starts_at
    )


def _cancel(
    exception: AvailabilityException, sessions: list[Session], slots: list[Slot], *, by: User | None, at: dt.datetime
) -> list[Booking]:
    """Cancel what had a place in these slots, and whoever waits for a session without any open slot."""
    ids = [each.pk for each in slots]
    placed = Booking.objects.filter(slot__in=ids, status__in=Booking.ACTIVE)
    open_sessions = Slot.objects.filter(session__in=sessions, state=Slot.State.OPEN).values("session")
    waiting = Booking.objects.filter(session__in=sessions, status=Booking.Status.WAITLIST).exclude(
        session__in=open_sessions
    )
    bookings = lock_all(placed) + lock_all(waiting)
    Offer.objects.filter(slot__in=ids, status=Offer.Status.OPEN).update(status=Offer.Status.EXPIRED, updated_at=at)
    keys = [each.pk for each in bookings]
    Booking.objects.filter(pk__in=keys).update(
        status=Booking.Status.CANCELLED,
        cancelled_by=Booking.CancelledBy.PROVIDER,
        cancelled_for=exception,
        reason_code=exception.reason_code,
        hold_expires_at=None,
        next_reminder_at=None,
        answer_by_at=None,
        ical_sequence=F("ical_sequence") + 1,
        updated_at=at,
    )
    Participant.objects.filter(booking__in=keys, is_active=True).update(is_active=False)
    _count_again(ids)
    for status in sorted({each.status for each in bookings}):
        of_status = [each for each in bookings if each.status == status]
        # Why somebody is away stands in the history of the absence, which other stations do not read.
        record_changes(of_status, old=status, new=Booking.Status.CANCELLED, at=at, actor=by.pk if by else None)
    _tell(bookings, exception, at=at)
    cancelled = Booking.objects.filter(pk__in=keys).select_related("slot", "session__resource", "subject")
    return list(cancelled.order_by("pk"))


def _count_again(slots: list[int]) -> None:
    """Counters of locked slots from what is left of their bookings: who came already stays counted."""
    counted = Booking.objects.order_by().filter(slot=OuterRef("pk"), status__in=Booking.COUNTED)
    total = counted.values("slot").annotate(total=Sum("quantity")).values("total")
    left = Coalesce(Subquery(total, output_field=IntegerField()), 0)
    Slot.objects.filter(pk__in=slots).update(held=0, booked=left, ceiling=Greatest(F("capacity"), left))


def _tell(bookings: list[Booking], exception: AvailabilityException, *, at: dt.datetime) -> None:
    payloads = [
        {
            "booking": str(each.pk),
            "owner_kind": each.owner_kind,
            "session": each.session_id,
            "station": each.station_id,
            "cancelled_by": "provider",
            "late": False,
            "reason_code": exception.reason_code,
        }
        for each in bookings
    ]
    publish_all("scheduling.booking_cancelled", payloads, at=at)
    told = Booking.objects.filter(pk__in=[each.pk for each in bookings], subject__isnull=False)
    for booking in told.select_related("subject", "slot", "session__resource"):
        tell_of_cancellation(booking, (booking.slot or booking.session).starts_at, at=at)


def _reopen_session(session: Session) -> None:
    """Open a session whose resources are still free; its claims are asked of the database."""
    claims = list(Claim.objects.filter(session=session))
    clashing = (
        Claim.objects.filter(
            resource=each.resource_id,
            is_active=True,
            is_exclusive=True,
            starts_at__lt=each.ends_at,
            ends_at__gt=each.starts_at,
        ).exists()
        for each in claims
        if each.is_exclusive
    )
    if any(clashing):
        return
    Claim.objects.filter(session=session).update(is_active=True)
    Session.objects.filter(pk=session.pk).update(unavailable_because="", exception=None)


def _reopen_slots(sessions: list[Session], exception: AvailabilityException, *, at: dt.datetime) -> None:
    others = AvailabilityException.objects.filter(
        resource__claims__session=OuterRef("session"),
        kind__in=AvailabilityException.AWAY,
        withdrawn_at=None,
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
    )
    closed = Slot.objects.filter(
        session__in=[each.pk for each in sessions if not each.is_period],
        session__unavailable_because="",
        state=Slot.State.UNAVAILABLE,
        starts_at__lt=exception.ends_at,
        ends_at__gt=exception.starts_at,
        starts_at__gt=at,
    )
    free = closed.alias(away=Exists(others)).filter(away=False).values_list("pk", flat=True)
    Slot.objects.filter(pk__in=list(free)).update(state=Slot.State.OPEN, version=F("version") + 1, updated_at=at)
