"""Dates of a series are moved: one, this and the later ones, or all that are ahead; all of them, or none."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.database.db import lock, lock_all, present
from core.days import day_in, instant_of
from core.errors import Refused, refused_by, refuses
from core.events.services import publish_all
from core.history import record_change, record_changes
from core.keys.own import own_key
from scheduling.bookings.models import MOST_OCCURRENCES, Booking, Participant, Series
from scheduling.bookings.patterns import FURTHEST, TooManyOccurrences
from scheduling.bookings.services.cancelling import RESCHEDULED
from scheduling.bookings.services.lines import offer_to_line
from scheduling.bookings.services.reporting import SeriesOwner, SeriesReport, as_if_made, reach, report_on
from scheduling.bookings.services.series import end_if_over
from scheduling.bookings.services.series_numbers import (
    fact_of,
    new_booking,
    people_of,
    refuse_conflicts,
    slots_under_lock,
    tell_of,
    write,
)
from scheduling.bookings.services.steps import release_booked
from scheduling.calendars.models import Slot
from scheduling.calendars.services import make_sessions
from stations.accounts.models import User

_S = Booking.Status


class Scope(models.TextChoices):
    """Which dates of a series a change means."""

    THIS = "this", pgettext_lazy("dates of a series", "this date only")
    LATER = "this_and_following", pgettext_lazy("dates of a series", "this date and all later ones")
    ALL = "all", pgettext_lazy("dates of a series", "all dates that are ahead")


class SeriesHasConflicts(Refused):
    """Not every date can be moved; nothing is moved."""

    code = "series_has_conflicts"
    status = 422
    message = _("Not every date can be moved: number %(occurrences)s. Nothing is changed.")


class NothingToMove(Refused):
    """No booked date of the series is ahead."""

    code = "nothing_to_move"
    message = _("No date of the series is ahead that could be moved.")


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
    slots = slots_under_lock(wished, series.offering, series.resource, at=at, leaving=list(meant))
    # Somebody may have cancelled one of them since.
    rows = [each for each in lock_all(meant) if each.occurrence_no in wished]
    if not rows:
        raise NothingToMove
    wished = {present(each.occurrence_no): wished[present(each.occurrence_no)] for each in rows}
    report = _report_of_move(series, rows, wished, owner, at=at)
    refuse_conflicts(report, SeriesHasConflicts)
    moved = _exchange(series, rows, slots, wished, scope, owner, by=by, at=at, key=key)
    _continue(series, [each.new for each in moved], scope, change, by=by, at=at)
    for session in {each.old.session_id: each.old.session for each in moved}.values():
        offer_to_line(session, at=at)
    return moved


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
        is_late = each.answer_by_at is None and at >= present(each.free_cancel_until_at)
        each.status, each.is_late = _S.CANCELLED, is_late
        release_booked(present(each.slot_id), each.quantity)
    Booking.objects.filter(pk__in=ids).update(
        status=_S.CANCELLED,
        cancelled_by=Booking.CancelledBy.RESIDENT,
        reason_code=RESCHEDULED,
        next_reminder_at=None,
        answer_by_at=None,
        updated_at=at,
    )
    Booking.objects.bulk_update(rows, ["is_late"])
    Participant.objects.filter(booking__in=ids, is_active=True).update(is_active=False)
    moved = []
    for old in rows:
        no = present(old.occurrence_no)
        new = new_booking(
            *(series, no, slots[wished[no]], owner), by=old.booked_by, at=at, key=_move_key(series, key, no)
        )
        new.ical_uid, new.ical_sequence = old.ical_uid, old.ical_sequence + 1
        new.is_detached = scope == Scope.THIS or old.is_detached
        moved.append(Moved(old, new))
    write([each.new for each in moved], people_of(series.subject, owner), SeriesHasConflicts, by=by, at=at)
    for pair in moved:
        pair.old.replaced_by = pair.new
    Booking.objects.bulk_update(rows, ["replaced_by"])
    record_changes(rows, old=_S.BOOKED, new=_S.CANCELLED, at=at, actor=by.pk if by else None, reason=RESCHEDULED)
    facts = [{**fact_of(pair.new), "replaced": str(pair.old.pk), "late": pair.old.is_late} for pair in moved]
    publish_all("scheduling.booking_rescheduled", facts, at=at)
    return moved


def _continue(
    series: Series, rows: list[Booking], scope: str, change: Change, *, by: User | None, at: dt.datetime
) -> None:
    """What the rhythm is from now on: that of a series of its own for the later dates, the changed one for all."""
    if scope == Scope.THIS:
        tell_of(series, "moved", rows, at=at)
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
        end_if_over(series, at=at, by=by)
        tell_of(goes_on, "moved", rows, at=at)
        return
    shift = dt.timedelta(days=change.days)
    series.first_date, series.clock = series.first_date + shift, change.clock
    if series.until_date is not None:
        series.until_date += shift
    series.save(update_fields=["first_date", "clock", "until_date", "updated_at"])
    tell_of(series, "moved", rows, at=at)


def _move_key(series: Series, key: str, no: int) -> str:
    """So many letters that the number of the date fits behind them."""
    return f"{own_key(series.owner_kind, f'move:{key}')[:60]}{no}"
