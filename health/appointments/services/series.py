"""A resident comes again and again: every date is shown first, all chosen ones are booked and paid, or none."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.database.db import atomic_but_tries, lock, lock_all, present
from core.days import clock_in, day_in
from core.errors import Refused, refused_by, refuses
from core.keys.own import own_key
from core.notices.services import notify
from finance.payments.services import Tender, prove_tender
from health.appointments.models import Appointment
from health.appointments.queries import appointments, is_old_enough
from health.appointments.services.booking import (
    HospitalNotServed,
    TooYoung,
    Wanted,
    exclusivity_key,
    make_appointment,
    pay_and_number,
    refuse_absent,
    refuse_unidentified,
    takes_fee,
    too_many,
    wanted_of,
)
from health.appointments.services.ending import MovedMeanwhile, Reason, cancel_appointment
from health.appointments.services.sales import SERVICE
from health.appointments.services.settling import settle_fee
from health.hospitals.models import OWNER_KIND
from scheduling.bookings import services as bookings
from scheduling.bookings.models import Booking, Series
from scheduling.bookings.patterns import Pattern
from scheduling.bookings.services import Change, Scope, SeriesOwner, SeriesReport, SlotUnavailable
from scheduling.calendars.models import Slot
from stations.accounts.models import User
from stations.network.models import Station
from stations.network.services import refuse_unless_open
from stations.people.models import Person

MOST_DATES = 26
CancelledBy = Booking.CancelledBy


class Rhythm(models.TextChoices):
    """How often a resident comes."""

    WEEK = "week", pgettext_lazy("rhythm of a series", "every week")
    FORTNIGHT = "fortnight", pgettext_lazy("rhythm of a series", "every 2 weeks")
    FOUR_WEEKS = "four-weeks", pgettext_lazy("rhythm of a series", "every 4 weeks")
    MONTH = "month", pgettext_lazy("rhythm of a series", "every month on the same day")


_RHYTHMS = {
    Rhythm.WEEK: (Series.Frequency.WEEKLY, 1),
    Rhythm.FORTNIGHT: (Series.Frequency.WEEKLY, 2),
    Rhythm.FOUR_WEEKS: (Series.Frequency.WEEKLY, 4),
    Rhythm.MONTH: (Series.Frequency.MONTHLY, 1),
}


class NotInSeries(Refused):
    """This one was booked by itself."""

    code = "not_in_series"
    message = _("This registration is not one of a series.")


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Who would come, from which clinic on, how often: what the page shows and the verb books."""

    slot: Slot
    resident: Person
    station: Station
    rhythm: str
    count: int

    @property
    def pattern(self) -> Pattern:
        """The dates by the clock of the hospital, from the slot on."""
        zone = self.slot.session.resource.zone
        frequency, every_n = _RHYTHMS[Rhythm(self.rhythm)]
        return Pattern(
            first_date=self.slot.session.local_date,
            clock=clock_in(zone, self.slot.starts_at),
            frequency=frequency,
            every_n=every_n,
            count=self.count,
        )


@refuses(HospitalNotServed, SlotUnavailable, *refused_by(refuse_unidentified, bookings.preview_series))
def preview_series(*, proposal: Proposal, at: dt.datetime) -> SeriesReport:
    """Each date with what stands against it and other times near it, of one who agrees; nothing is booked."""
    session = proposal.slot.session
    wanted = wanted_of(session, proposal.station, at=at)
    _refuse_system(wanted)
    refuse_unidentified(proposal.resident)
    return bookings.preview_series(
        offering=session.offering,
        resource=session.resource,
        pattern=proposal.pattern,
        subject=proposal.resident,
        owner=_owner(wanted, proposal.resident, proposal.station),
        at=at,
    )


@refuses(
    *(HospitalNotServed, SlotUnavailable),
    *refused_by(
        refuse_unless_open,
        refuse_unidentified,
        refuse_absent,
        too_many,
        bookings.book_series,
        prove_tender,
        pay_and_number,
    ),
)
@atomic_but_tries
def book_series(
    *, proposal: Proposal, chosen: Mapping[int, dt.datetime], tender: Tender, by: User, at: dt.datetime, key: str
) -> Appointment:
    """Book the chosen dates and take the fee of each; the first of them. The same key gives what it made.

    All of it happens or nothing. A series counts as one open registration. Messages name the first date alone.
    """
    station = proposal.station
    refuse_unless_open(station, SERVICE, by=by, at=at)
    resident = lock(proposal.resident)
    pressed = own_key(by.pk, key)
    known = _first_of(Series.objects.filter(owner_kind=OWNER_KIND, key=pressed).first())
    if known is not None:
        return known
    session = proposal.slot.session
    wanted = wanted_of(session, station, at=at)
    _refuse_system(wanted)
    refuse_unidentified(resident)
    refuse_absent(resident, wanted, at=at)
    too_many(resident, wanted)
    if takes_fee(wanted.hospital) and wanted.fee:
        tender = prove_tender(tender=tender, station=station, by=by, at=at)
    series = bookings.book_series(
        offering=session.offering,
        resource=session.resource,
        pattern=proposal.pattern,
        chosen=chosen,
        subject=resident,
        owner=_owner(wanted, resident, station),
        by=by,
        at=at,
        key=pressed,
    )
    rows = series.bookings.select_related("session__resource", "slot").order_by("occurrence_no")
    made = [
        pay_and_number(
            make_appointment(booking, resident, wanted),
            *(station, tender),
            by=by,
            at=at,
            key=f"{own_key(by.pk, key)[:50]}-{booking.occurrence_no}",
        )
        for booking in rows
    ]
    _tell("appointment_series_booked", made, at=at)
    return made[0]


@refuses(NotInSeries, MovedMeanwhile, *refused_by(bookings.cancel_booking, settle_fee))
@atomic_but_tries
def cancel_series(*, appointment: Appointment, scope: str, reason: str, by: User, at: dt.datetime) -> Appointment:
    """Give up one date, this and the later ones, or all that are ahead; each fee comes back as the rules say."""
    booking = appointment.booking
    if booking.series is None:
        raise NotInSeries
    if scope == Scope.THIS:
        return cancel_appointment(appointment=appointment, reason=reason, by=by, at=at)
    is_mistake = reason == Reason.STATION_MISTAKE
    ended = bookings.cancel_series(
        series=booking.series,
        from_no=present(booking.occurrence_no) if scope == Scope.LATER else 1,
        cancelled_by=CancelledBy.STATION if is_mistake else CancelledBy.RESIDENT,
        reason_code=reason,
        by=by,
        at=at,
    )
    for row in Appointment.objects.filter(booking__in=ended).order_by("pk"):
        settle_fee(appointment=row, at=at)
    return appointments().get(pk=appointment.pk)


@refuses(NotInSeries, HospitalNotServed, SlotUnavailable, *refused_by(bookings.preview_move))
def preview_move(
    *, appointment: Appointment, scope: str, to_date: dt.date, clock: dt.time, at: dt.datetime
) -> SeriesReport:
    """Each date that would be moved, with what stands against its new time; nothing is moved."""
    booking, owner = _series_of(appointment, at=at)
    return bookings.preview_move(
        booking=booking, scope=scope, change=_change(booking, to_date, clock), owner=owner, at=at
    )


@refuses(NotInSeries, HospitalNotServed, SlotUnavailable, *refused_by(bookings.move_series))
@atomic_but_tries
def move_series(
    *,
    appointment: Appointment,
    scope: str,
    to_date: dt.date,
    clock: dt.time,
    by: User,
    at: dt.datetime,
    key: str,
) -> Appointment:
    """Move one date to another day and time, and the later ones or all ahead by as many days; all or none.

    What was paid stays paid, the code stays, the number is a new one. The same key moves once.
    """
    booking, owner = _series_of(appointment, at=at)
    # Bookings before appointments, as everybody locks them who ends a booking.
    moved = bookings.move_series(
        booking=booking,
        scope=scope,
        change=_change(booking, to_date, clock),
        owner=owner,
        by=by,
        at=at,
        key=own_key(by.pk, key),
    )
    follows = {each.old.pk: each.new for each in moved}
    rows = lock_all(Appointment.objects.filter(booking__in=follows))
    for row in rows:
        row.booking = follows[row.booking_id]
    Appointment.objects.bulk_update(rows, ["booking"])
    if rows:
        _tell("appointment_series_moved", rows, at=at)
    return appointments().get(pk=appointment.pk)


@refuses(bookings.SeriesNotAllowed)
def _refuse_system(wanted: Wanted) -> None:
    """A hospital's own system is asked for one number at a time."""
    if wanted.hospital.system_id is not None:
        raise bookings.SeriesNotAllowed


def _owner(wanted: Wanted, resident: Person, station: Station | None) -> SeriesOwner:
    def check(date: dt.date) -> Refused | None:
        return None if is_old_enough(resident, wanted.policy, date) else TooYoung(age=wanted.policy.min_age)

    return SeriesOwner(
        OWNER_KIND,
        station=station,
        key_of=lambda date: exclusivity_key(wanted, date, resident),
        check=check,
        place=wanted.hospital.place_in(resident.language),
        language=resident.language,
    )


def _series_of(appointment: Appointment, *, at: dt.datetime) -> tuple[Booking, SeriesOwner]:
    booking = Booking.objects.select_related("series__resource", "series__offering", "session__resource").get(
        pk=appointment.booking_id
    )
    if booking.series is None:
        raise NotInSeries
    station = present(booking.station)
    return booking, _owner(wanted_of(booking.session, station, at=at), appointment.resident, station)


def _change(booking: Booking, to_date: dt.date, clock: dt.time) -> Change:
    return Change(days=(to_date - booking.session.local_date).days, clock=clock)


def _first_of(series: Series | None) -> Appointment | None:
    rows = Appointment.objects.filter(booking__series=series) if series else Appointment.objects.none()
    return rows.order_by("booking__occurrence_no").first()


def _tell(template: str, rows: list[Appointment], *, at: dt.datetime) -> None:
    """The resident hears how many dates there are and when the first is; the slip has the others."""
    first = min(rows, key=lambda row: present(row.booking.slot).starts_at)
    person, zone, slot = first.resident, first.booking.session.resource.zone, present(first.booking.slot)
    if not person.phone:
        return
    notify(
        template=template,
        params={
            "count": len(rows),
            "date": day_in(zone, slot.starts_at).isoformat(),
            "time": f"{clock_in(zone, slot.starts_at):%H:%M}",
        },
        language=person.language,
        phone=str(person.phone),
        zone=zone,
        use_by=slot.starts_at,
        dedupe_key=f"{template}:{first.booking_id}",
        at=at,
    )
