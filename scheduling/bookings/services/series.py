"""A series is booked, moved and ended: all of the chosen dates, or none."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.database.db import lock, lock_all, present
from core.days import day_in, instant_of
from core.errors import Refused, refused_by, refuses
from core.events.services import publish, publish_all
from core.fields import uuid7
from core.history import record_change, record_changes
from core.keys.own import own_key
from scheduling.bookings.models import MOST_OCCURRENCES, Booking, Participant, Series
from scheduling.bookings.patterns import FURTHEST, Pattern, TooManyOccurrences, dates_of
from scheduling.bookings.services.cancelling import RESCHEDULED, give_up
from scheduling.bookings.services.holding import expire_holds
from scheduling.bookings.services.lines import offer_to_line
from scheduling.bookings.services.places import VIOLATIONS, Attendee, deadlines, one_at_a_time
from scheduling.bookings.services.reminding import next_reminder
from scheduling.bookings.services.reporting import (
    SeriesNotAllowed,
    SeriesOwner,
    SeriesReport,
    as_if_made,
    reach,
    report_on,
)
from scheduling.bookings.services.steps import release_booked
from scheduling.calendars.models import Offering, Resource, Session, Slot
from scheduling.calendars.services import make_sessions
from scheduling.violations import refused_as
from stations.accounts.models import User
from stations.people.models import Person

#: Series that end in one transaction.
SWEEP = 500

_S = Booking.Status
_DAY = dt.timedelta(days=1)


class Scope(models.TextChoices):
    """Which dates of a series a change means."""

    THIS = "this", pgettext_lazy("dates of a series", "this date only")
    LATER = "this_and_following", pgettext_lazy("dates of a series", "this date and all later ones")
    ALL = "all", pgettext_lazy("dates of a series", "all dates that are ahead")


class NothingChosen(Refused):
    """A series has at least one date that is booked."""

    code = "nothing_chosen"
    status = 422
    message = _("Choose at least one date.")


class PreviewStale(Refused):
    """What was free when the dates were shown is not free any more; nothing is booked."""

    code = "preview_stale"
    message = _("Meanwhile this has changed: date number %(occurrences)s. Nothing is booked; look at the dates again.")


class SeriesHasConflicts(Refused):
    """Not every date can be moved; nothing is moved."""

    code = "series_has_conflicts"
    status = 422
    message = _("Not every date can be moved: number %(occurrences)s. Nothing is changed.")


class NothingToMove(Refused):
    """No booked date of the series is ahead."""

    code = "nothing_to_move"
    message = _("No date of the series is ahead that could be moved.")


class _TakenMeanwhile(Refused):
    """Somebody was quicker, between the look and the write."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """So many days later (or earlier), at this local time."""

    days: int
    clock: dt.time


@dataclass(frozen=True)
class Moved:
    """A booking, and the one that took its place."""

    old: Booking
    new: Booking


@refuses(NothingChosen, PreviewStale, SeriesNotAllowed, *refused_by(dates_of, make_sessions))
@transaction.atomic
def book_series(
    *,
    offering: Offering,
    resource: Resource,
    pattern: Pattern,
    chosen: Mapping[int, dt.datetime],
    subject: Person,
    owner: SeriesOwner,
    by: User | None,
    at: dt.datetime,
    key: str,
) -> Series:
    """Book the chosen dates, all or none: by their number in the pattern, each at its own or another instant.

    Hours of sale do not bind a series, only until when a session is sold. The same key gives the series it made.
    """
    made = Series.objects.filter(owner_kind=owner.kind, key=key).first()
    if made is not None:
        return made
    if not offering.allows_series:
        raise SeriesNotAllowed
    dates = dates_of(pattern, today=day_in(resource.zone, at))
    if not chosen:
        raise NothingChosen
    is_near = all(at - FURTHEST < each < at + FURTHEST + _DAY for each in chosen.values())
    if not dates.keys() >= chosen.keys() or not is_near:
        raise TooManyOccurrences(field="count")
    reach(resource, max(day_in(resource.zone, each) for each in chosen.values()), at=at)
    slots = _slots_under_lock(chosen, offering, resource, at=at)
    made = Series.objects.filter(owner_kind=owner.kind, key=key).first()
    if made is not None:
        return made
    report = report_on(chosen, offering=offering, resource=resource, subject=subject, owner=owner, at=at)
    _refuse_conflicts(report, PreviewStale)
    series = Series.objects.create(
        owner_kind=owner.kind,
        offering=offering,
        resource=resource,
        subject=subject,
        station=owner.station,
        booked_by=by,
        frequency=pattern.frequency,
        every_n=pattern.every_n,
        first_date=pattern.first_date,
        clock=pattern.clock,
        count=pattern.count,
        until_date=pattern.until_date,
        key=key,
    )
    rows = [
        _booking(series, no, slots[starts_at], owner, by=by, at=at, key=own_key(series.pk, f"{key}:{no}"))
        for no, starts_at in sorted(chosen.items())
    ]
    _write(rows, _people(subject, owner), PreviewStale, at=at, by=by)
    record_change(series, old="", new=series.status, at=at, actor=by.pk if by else None, key=key)
    _tell_of(series, "booked", rows, at=at)
    return series


@transaction.atomic
def cancel_series(
    *, series: Series, from_no: int, cancelled_by: str, reason_code: str, by: User | None, at: dt.datetime
) -> list[Booking]:
    """Cancel every date ahead from this number on; a series with nothing ahead has ended. Again it changes nothing.

    What has begun is left to the desk.
    """
    series = lock(series)
    ahead = _ahead(series, at=at, from_no=from_no)
    lock_all(Session.objects.filter(pk__in=ahead.values("session")))
    rows = list(lock_all(ahead.select_related("session__resource", "slot")))
    for booking in rows:
        give_up(booking, cancelled_by=cancelled_by, reason_code=reason_code, by=by, at=at)
    _end_if_over(series, at=at, by=by)
    if rows:
        _tell_of(series, "cancelled", rows, at=at)
    return rows


@refuses(NothingToMove, TooManyOccurrences, *refused_by(make_sessions))
def preview_move(*, booking: Booking, scope: str, change: Change, owner: SeriesOwner, at: dt.datetime) -> SeriesReport:
    """Say of each date that would be moved whether its new time is free. It writes nothing."""
    series = present(booking.series)
    rows = list(_meant(series, booking, scope, at=at))
    if not rows:
        raise NothingToMove
    wished = _wished(rows, change)
    with as_if_made(series.resource, _last_day(series, wished, at=at), at=at):
        return _report_of_move(series, rows, wished, owner, at=at)


@refuses(NothingToMove, TooManyOccurrences, SeriesHasConflicts, *refused_by(make_sessions))
@transaction.atomic
def move_series(
    *,
    booking: Booking,
    scope: str,
    change: Change,
    owner: SeriesOwner,
    by: User | None,
    at: dt.datetime,
    key: str,
) -> list[Moved]:
    """Move one date, this and the later ones, or all that are ahead: each by so many days, to this local time.

    All or none. One that is moved alone is detached, and later moves of the series leave it. Later dates become a
    series that continues this one. The same key gives what it moved.
    """
    series = lock(present(booking.series))
    keys = [_move_key(series, key, no) for no in range(1, MOST_OCCURRENCES + 1)]
    made = list(Booking.objects.filter(owner_kind=owner.kind, key__in=keys).select_related("replaces"))
    if made:
        return [Moved(each.replaces, each) for each in made]
    meant = _meant(series, booking, scope, at=at)
    wished = _wished(meant, change)
    if not wished:
        raise NothingToMove
    reach(series.resource, _last_day(series, wished, at=at), at=at)
    slots = _slots_under_lock(wished, series.offering, series.resource, at=at, leaving=list(meant))
    # Somebody may have cancelled one of them since.
    rows = [each for each in lock_all(meant) if each.occurrence_no in wished]
    if not rows:
        raise NothingToMove
    wished = {present(each.occurrence_no): wished[present(each.occurrence_no)] for each in rows}
    report = _report_of_move(series, rows, wished, owner, at=at)
    _refuse_conflicts(report, SeriesHasConflicts)
    moved = _exchange(series, rows, slots, wished, scope, owner, by=by, at=at, key=key)
    _continue(series, [each.new for each in moved], scope, change, by=by, at=at)
    for session in {each.old.session_id: each.old.session for each in moved}.values():
        offer_to_line(session, at=at)
    return moved


def ahead_of(series: Series, *, at: dt.datetime) -> models.QuerySet[Booking]:
    """The dates of a series that somebody still goes to, in order."""
    return _ahead(series, at=at, from_no=1).order_by("occurrence_no")


def _ahead(series: Series, *, at: dt.datetime, from_no: int) -> models.QuerySet[Booking]:
    return Booking.objects.filter(
        series=series, occurrence_no__gte=from_no, status__in=[_S.BOOKED, _S.ARRIVED], slot__starts_at__gt=at
    )


def _meant(series: Series, booking: Booking, scope: str, *, at: dt.datetime) -> models.QuerySet[Booking]:
    """The booked dates ahead that a change means; what was moved by itself is left out of the others."""
    rows = Booking.objects.filter(series=series, status=_S.BOOKED, slot__starts_at__gt=at)
    if scope == Scope.THIS:
        rows = rows.filter(pk=booking.pk)
    else:
        rows = rows.filter(is_detached=False)
        rows = rows.filter(occurrence_no__gte=booking.occurrence_no) if scope == Scope.LATER else rows
    return rows.select_related("session__resource", "slot", "subject", "offering").order_by("occurrence_no")


def _wished(rows: Collection[Booking] | models.QuerySet[Booking], change: Change) -> dict[int, dt.datetime]:
    shift = dt.timedelta(days=change.days)
    if abs(shift) > FURTHEST:
        raise TooManyOccurrences(field="to_date")
    return {
        present(each.occurrence_no): instant_of(
            each.session.resource.zone, each.session.local_date + shift, change.clock
        )
        for each in rows
    }


def _last_day(series: Series, wished: Mapping[int, dt.datetime], *, at: dt.datetime) -> dt.date:
    """The last of these dates; sessions are not made further ahead than a series may reach."""
    last = max(day_in(series.resource.zone, each) for each in wished.values())
    if last > day_in(series.resource.zone, at) + FURTHEST:
        raise TooManyOccurrences(field="to_date")
    return last


def _report_of_move(
    series: Series, rows: Sequence[Booking], wished: Mapping[int, dt.datetime], owner: SeriesOwner, *, at: dt.datetime
) -> SeriesReport:
    return report_on(
        wished,
        offering=series.offering,
        resource=series.resource,
        subject=series.subject,
        owner=owner,
        leaving=rows,
        at=at,
    )


def _slots_under_lock(
    wished: Mapping[int, dt.datetime],
    offering: Offering,
    resource: Resource,
    *,
    at: dt.datetime,
    leaving: Sequence[Booking] = (),
) -> dict[dt.datetime, Slot]:
    """The open slots at these instants. Sessions, then slots are locked, each in the order of their ids.

    Those that are left are locked with them; holds that have run out are released before.
    """
    wanted = Slot.objects.filter(
        session__offering=offering, session__resource=resource, starts_at__in=wished.values()
    ).exclude(session__unavailable_because=Session.Unavailable.TEMPLATE)
    found = dict(wanted.values_list("pk", "session_id"))
    sessions = {*found.values(), *(each.session_id for each in leaving)}
    lock_all(Session.objects.filter(pk__in=sessions))
    for slot in wanted.filter(bookings__hold_expires_at__lte=at).distinct():
        expire_holds(at=at, slot=slot)
    ids = {*found, *(each.slot_id for each in leaving)}
    rows = lock_all(Slot.objects.filter(pk__in=ids).select_related("session__offering__policy", "session__resource"))
    return {each.starts_at: each for each in rows if each.pk in found and each.state == Slot.State.OPEN}


def _refuse_conflicts(report: SeriesReport, refusal: type[Refused]) -> None:
    if report.conflicts:
        raise refusal(occurrences=", ".join(str(each.no) for each in report.conflicts))


def _booking(
    series: Series, no: int, slot: Slot, owner: SeriesOwner, *, by: User | None, at: dt.datetime, key: str
) -> Booking:
    session, zone = slot.session, slot.session.resource.zone
    return Booking(
        id=uuid7(),
        status=_S.BOOKED,
        owner_kind=owner.kind,
        offering=session.offering,
        session=session,
        slot=slot,
        subject=series.subject,
        station=owner.station,
        booked_by=by,
        made_at=at,
        exclusivity_key=owner.key_of(session.local_date),
        public_label=session.offering.label_in(owner.language),
        public_place=owner.place,
        series=series,
        occurrence_no=no,
        key=key,
        next_reminder_at=next_reminder(slot.starts_at, zone, at=at),
        **deadlines(session.offering.policy, slot, session, zone),
    )


def _people(subject: Person, owner: SeriesOwner) -> list[Attendee]:
    return [Attendee(subject, Participant.Role.SUBJECT), *owner.others]


def _write(
    rows: Sequence[Booking], people: Sequence[Attendee], refusal: type[Refused], *, by: User | None, at: dt.datetime
) -> None:
    """Write bookings whose slots are locked and free, each with the next number of its session and its people."""
    one_at_a_time([each.person for each in people])
    numbers = _next_numbers([each.session_id for each in rows])
    for booking in rows:
        booking.sequence_no = numbers[booking.session_id].pop(0)
    try:
        with refused_as(dict.fromkeys(VIOLATIONS, _TakenMeanwhile)):
            Booking.objects.bulk_create(rows)
            Participant.objects.bulk_create(
                Participant(
                    booking=each,
                    person=one.person,
                    role=one.role,
                    may_overlap=one.may_overlap,
                    starts_at=present(each.slot).starts_at,
                    ends_at=present(each.slot).ends_at,
                )
                for each in rows
                for one in people
            )
    except _TakenMeanwhile as error:
        raise refusal(occurrences=", ".join(str(each.occurrence_no) for each in rows)) from error
    slots = [each.slot_id for each in rows]
    Slot.objects.filter(pk__in=slots).update(booked=F("booked") + 1, version=F("version") + 1)
    record_changes(rows, old="", new=_S.BOOKED, at=at, actor=by.pk if by else None)
    facts = [{**_fact(each), "sequence_no": each.sequence_no} for each in rows]
    publish_all("scheduling.booking_confirmed", facts, at=at)


def _next_numbers(sessions: Sequence[int]) -> dict[int, list[int]]:
    """The next numbers of locked sessions, as many as are asked for; none is ever given again."""
    rows = list(Session.objects.filter(pk__in=sessions))
    numbers = {}
    for each in rows:
        many = sessions.count(each.pk)
        numbers[each.pk] = list(range(each.next_sequence, each.next_sequence + many))
        each.next_sequence += many
    Session.objects.bulk_update(rows, ["next_sequence"])
    return numbers


def _exchange(
    series: Series,
    rows: list[Booking],
    slots: Mapping[dt.datetime, Slot],
    wished: Mapping[int, dt.datetime],
    scope: str,
    owner: SeriesOwner,
    *,
    by: User | None,
    at: dt.datetime,
    key: str,
) -> list[Moved]:
    """Old places go back before new ones are taken: a date may move to where the next one was. The entries stay."""
    ids = [each.pk for each in rows]
    for each in rows:
        each.status, each.is_late = _S.CANCELLED, at >= present(each.free_cancel_until_at)
        release_booked(present(each.slot_id), each.quantity)
    Booking.objects.filter(pk__in=ids).update(
        status=_S.CANCELLED,
        cancelled_by=Booking.CancelledBy.RESIDENT,
        reason_code=RESCHEDULED,
        next_reminder_at=None,
        updated_at=at,
    )
    Booking.objects.bulk_update(rows, ["is_late"])
    Participant.objects.filter(booking__in=ids, is_active=True).update(is_active=False)
    moved = []
    for old in rows:
        no = present(old.occurrence_no)
        new = _booking(*(series, no, slots[wished[no]], owner), by=old.booked_by, at=at, key=_move_key(series, key, no))
        new.ical_uid, new.ical_sequence = old.ical_uid, old.ical_sequence + 1
        new.is_detached = scope == Scope.THIS or old.is_detached
        moved.append(Moved(old, new))
    _write([each.new for each in moved], _people(series.subject, owner), SeriesHasConflicts, by=by, at=at)
    for pair in moved:
        pair.old.replaced_by = pair.new
    Booking.objects.bulk_update(rows, ["replaced_by"])
    record_changes(rows, old=_S.BOOKED, new=_S.CANCELLED, at=at, actor=by.pk if by else None, reason=RESCHEDULED)
    facts = [{**_fact(pair.new), "replaced": str(pair.old.pk), "late": pair.old.is_late} for pair in moved]
    publish_all("scheduling.booking_rescheduled", facts, at=at)
    return moved


def _continue(
    series: Series, rows: list[Booking], scope: str, change: Change, *, by: User | None, at: dt.datetime
) -> None:
    """What the rhythm is from now on: that of a series of its own for the later dates, the changed one for all."""
    if scope == Scope.THIS:
        _tell_of(series, "moved", rows, at=at)
        return
    first = min(rows, key=lambda each: present(each.occurrence_no))
    earlier = Booking.objects.filter(series=series, occurrence_no__lt=first.occurrence_no).exists()
    if scope == Scope.LATER and earlier:
        goes_on = Series.objects.create(
            owner_kind=series.owner_kind,
            offering=series.offering,
            resource=series.resource,
            subject=series.subject,
            station=series.station,
            booked_by=by,
            frequency=series.frequency,
            every_n=series.every_n,
            first_date=first.session.local_date,
            clock=change.clock,
            count=len(rows),
            continues=series,
            key=own_key(series.pk, f"continue:{first.pk}"),
        )
        # What was moved by itself or is over stays where it was.
        Booking.objects.filter(pk__in=[each.pk for each in rows]).update(series=goes_on)
        record_change(goes_on, old="", new=goes_on.status, at=at, actor=by.pk if by else None)
        series.count, series.until_date = None, first.session.local_date - dt.timedelta(days=change.days + 1)
        series.save(update_fields=["count", "until_date", "updated_at"])
        _end_if_over(series, at=at, by=by)
        _tell_of(goes_on, "moved", rows, at=at)
        return
    shift = dt.timedelta(days=change.days)
    series.first_date, series.clock = series.first_date + shift, change.clock
    if series.until_date is not None:
        series.until_date += shift
    series.save(update_fields=["first_date", "clock", "until_date", "updated_at"])
    _tell_of(series, "moved", rows, at=at)


@transaction.atomic
def end_finished_series(*, at: dt.datetime) -> int:
    """End series of which nothing is ahead any more: the last dates were held, missed or cancelled singly; how many."""
    ahead = Booking.objects.filter(series=OuterRef("pk"), status__in=Booking.ACTIVE, slot__ends_at__gt=at)
    over = Series.objects.filter(~Exists(ahead), status=Series.Status.ACTIVE)
    held = lock_all(over.filter(pk__in=over.order_by("pk").values("pk")[:SWEEP]))
    for series in held:
        _end_if_over(series, at=at, by=None)
    return len(held)


def _end_if_over(series: Series, *, at: dt.datetime, by: User | None) -> None:
    if series.status == Series.Status.ENDED or _ahead(series, at=at, from_no=1).exists():
        return
    before, series.status = series.status, Series.Status.ENDED
    series.save(update_fields=["status", "updated_at"])
    record_change(series, old=before, new=series.status, at=at, actor=by.pk if by else None)


def _tell_of(series: Series, what: str, rows: Sequence[Booking], *, at: dt.datetime) -> None:
    publish(
        "scheduling.series_changed",
        at=at,
        series=str(series.pk),
        owner_kind=series.owner_kind,
        what=what,
        bookings=[str(each.pk) for each in rows],
    )


def _fact(booking: Booking) -> dict[str, object]:
    return {
        "booking": str(booking.pk),
        "owner_kind": booking.owner_kind,
        "session": booking.session_id,
        "station": booking.station_id,
    }


def _move_key(series: Series, key: str, no: int) -> str:
    """So many letters that the number of the date fits behind them."""
    return f"{own_key(series.owner_kind, f'move:{key}')[:60]}{no}"
