"""A series is booked and ended: all of the chosen dates, or none."""

import datetime as dt
from collections.abc import Mapping

from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.days import day_in
from core.errors import Refused, refused_by, refuses
from core.history import record_change
from core.keys.own import own_key
from scheduling.bookings.models import Booking, Series
from scheduling.bookings.patterns import FURTHEST, Pattern, TooManyOccurrences, dates_of
from scheduling.bookings.services.cancelling import give_up
from scheduling.bookings.services.reporting import SeriesNotAllowed, SeriesOwner, reach, report_on
from scheduling.bookings.services.series_numbers import (
    new_booking,
    people_of,
    refuse_conflicts,
    slots_under_lock,
    tell_of,
    write,
)
from scheduling.calendars.models import Offering, Resource, Session
from scheduling.calendars.services import make_sessions
from stations.accounts.models import User
from stations.people.models import Person

#: Series that end in one transaction.
SWEEP = 500

_S = Booking.Status
_DAY = dt.timedelta(days=1)


class NothingChosen(Refused):
    """A series has at least one date that is booked."""

    code = "nothing_chosen"
    status = 422
    message = _("Choose at least one date.")


class PreviewStale(Refused):
    """What was free when the dates were shown is not free any more; nothing is booked."""

    code = "preview_stale"
    message = _("Meanwhile this has changed: date number %(occurrences)s. Nothing is booked; look at the dates again.")


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
    slots = slots_under_lock(chosen, offering, resource, at=at)
    made = Series.objects.filter(owner_kind=owner.kind, key=key).first()
    if made is not None:
        return made
    report = report_on(chosen, offering=offering, resource=resource, subject=subject, owner=owner, at=at)
    refuse_conflicts(report, PreviewStale)
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
        new_booking(series, no, slots[starts_at], owner, by=by, at=at, key=own_key(series.pk, f"{key}:{no}"))
        for no, starts_at in sorted(chosen.items())
    ]
    write(rows, people_of(subject, owner), PreviewStale, at=at, by=by)
    record_change(series, old="", new=series.status, at=at, actor=by.pk if by else None, key=key)
    tell_of(series, "booked", rows, at=at)
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
    end_if_over(series, at=at, by=by)
    if rows:
        tell_of(series, "cancelled", rows, at=at)
    return rows


def ahead_of(series: Series, *, at: dt.datetime) -> models.QuerySet[Booking]:
    """The dates of a series that somebody still goes to, in order."""
    return _ahead(series, at=at, from_no=1).order_by("occurrence_no")


@transaction.atomic
def end_finished_series(*, at: dt.datetime) -> int:
    """End series of which nothing is ahead any more: the last dates were held, missed or cancelled singly; how many."""
    ahead = Booking.objects.filter(series=OuterRef("pk"), status__in=Booking.ACTIVE, slot__ends_at__gt=at)
    over = Series.objects.filter(~Exists(ahead), status=Series.Status.ACTIVE)
    held = lock_all(over.filter(pk__in=over.order_by("pk").values("pk")[:SWEEP]))
    for series in held:
        end_if_over(series, at=at, by=None)
    return len(held)


def _ahead(series: Series, *, at: dt.datetime, from_no: int) -> models.QuerySet[Booking]:
    return Booking.objects.filter(
        series=series, occurrence_no__gte=from_no, status__in=[_S.BOOKED, _S.ARRIVED], slot__starts_at__gt=at
    )


def end_if_over(series: Series, *, at: dt.datetime, by: User | None) -> None:
    """End a series of which nothing is ahead."""
    if series.status == Series.Status.ENDED or _ahead(series, at=at, from_no=1).exists():
        return
    before, series.status = series.status, Series.Status.ENDED
    series.save(update_fields=["status", "updated_at"])
    record_change(series, old=before, new=series.status, at=at, actor=by.pk if by else None)
