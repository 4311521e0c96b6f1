"""Booths are opened, calls are booked in their free times, and parents are reminded in their own time."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.days import day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.fields import uuid7
from core.history import record_change
from core.keys.own import own_key
from education.hotlines.models import Booth, Call, CallContact
from education.hotlines.queries import free_times
from education.hotlines.services.steps import tell_parent, times_of
from education.safeguarding.purposes import PARENT_CALLS
from education.safeguarding.services import NotAChild, require_consent
from scheduling.bookings.models import Booking
from scheduling.bookings.services import SlotFull, confirm_booking, hold_place
from scheduling.calendars.models import BookingPolicy, PartOfDay, Resource
from scheduling.calendars.services import (
    WeeklyHours,
    define_offering,
    define_policy,
    register_resource,
    set_weekly_availability,
)
from scheduling.violations import refused_as
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Consent, Person
from stations.people.queries import standing_record

OWNER_KIND, BOOTH_KIND, POLICY = "education.call", "education.booth", "education.call"
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


class BoothNameTaken(Refused):
    """The station has a booth of this name."""

    code = "booth_name_taken"
    message = _("This station already has a booth with this name.")


class BoothHours(Refused):
    """The booth closes before a single call fits."""

    code = "booth_hours"
    status = 422
    message = _("The booth must be open for at least one call, on at least one day.")


class ContactInactive(Refused):
    """The person is not on the list any more."""

    code = "contact_inactive"
    message = _("This person is no longer on the child’s list.")


@refuses(BoothNameTaken, BoothHours, *refused_by(register_resource, set_weekly_availability))
@transaction.atomic
def open_booth(
    *,
    station: Station,
    name: str,
    minutes: int,
    opens_at: dt.time,
    closes_at: dt.time,
    weekdays: Collection[int],
    by: User,
    at: dt.datetime,
) -> Booth:
    """A booth with calls of 15 or 30 minutes between two times of the station, on these days (ISO, 1 is Monday)."""
    hours = _hours(opens_at, closes_at, minutes)
    if not hours or not weekdays:
        raise BoothHours(field="closes_at")
    ref = uuid7().hex
    resource = register_resource(
        kind=Resource.Kind.BOOTH,
        name=name,
        zone=station.zone,
        owner_kind=BOOTH_KIND,
        owner_ref=ref,
        station=station,
        by=by,
        at=at,
    )
    offering = define_offering(
        owner_kind=BOOTH_KIND,
        owner_ref=ref,
        label="Call home",
        label_zh="亲情通话",
        policy=_policy(by=by, at=at),
        by=by,
        at=at,
    )
    with refused_as({"station_has_one_booth_of_a_name": BoothNameTaken}):
        booth = Booth.objects.create(
            station=station, name=name, minutes=minutes, offering=offering, resource=resource, opened_by=by
        )
    week = [
        WeeklyHours(offering, weekday, opens, closes, PartOfDay.OTHER, slot_minutes=minutes)
        for weekday in sorted(set(weekdays))
        for opens, closes in hours
    ]
    set_weekly_availability(resource=resource, hours=week, from_date=day_in(station.zone, at), by=by, at=at)
    record_change(booth, old="", new="open", at=at, actor=by.pk)
    return booth


@refuses(WrongState, NotAChild, ContactInactive, *refused_by(require_consent, hold_place, confirm_booking))
@transaction.atomic
def book_call(*, contact: CallContact, starts_at: dt.datetime, by: User, at: dt.datetime, key: str) -> Call:
    """Book a free booth of the child's station at this instant; the parent is told in the time of the parent's place.

    The consent is asked for on the day of the call. The same key gives the call that it made.
    """
    pressed = own_key(by.pk, key)
    known = Call.objects.filter(booking__owner_kind=OWNER_KIND, booking__key=pressed).first()
    if known is not None:
        return known
    child = standing_record(Person.objects.select_related("home_station__county").get(pk=contact.child_id))
    station = child.home_station
    consent = _standing_consent(child, day_in(station.zone, starts_at))
    contact = lock(contact)
    if not contact.is_active:
        raise ContactInactive
    booking = _hold(child, station, starts_at, by=by, at=at, key=pressed)
    booking = confirm_booking(booking=booking, by=by, at=at)
    call = Call.objects.create(
        booking=booking,
        booth=Booth.objects.select_related("station").get(offering=booking.offering_id),
        child_id=contact.child_id,
        contact=contact,
        consent=consent,
        # What the message about the booking says already needs no reminder.
        reminded=(starts_at - at <= DAY) + (starts_at - at <= HOUR),
    )
    record_change(call, old="", new="booked", at=at, actor=by.pk)
    words = times_of(call) | {"station": station.name}
    tell_parent(contact, "call_booked", key=f"{call.pk}:booked", use_by=starts_at, at=at, **words)
    return call


@transaction.atomic
def remind_of_calls(*, at: dt.datetime) -> int:
    """Remind parents 24 hours and 1 hour before, at a decent hour of their own zone; how many."""
    ahead = Call.objects.filter(booking__status=Booking.Status.BOOKED, booking__slot__starts_at__gt=at)
    day_before = ahead.filter(reminded=0, booking__slot__starts_at__lte=at + DAY)
    hour_before = ahead.filter(reminded__lt=2, booking__slot__starts_at__lte=at + HOUR)
    due = (day_before | hour_before).select_related("booking__slot", "booth__station", "contact").order_by("pk")
    rows = list(due.select_for_update(of=("self",), no_key=True, skip_locked=True))
    for call in rows:
        starts_at = present(call.booking.slot).starts_at
        call.reminded = 2 if starts_at - at <= HOUR else 1
        call.save(update_fields=["reminded", "updated_at"])
        words = times_of(call) | {"station": call.booth.station.name}
        tell_parent(call.contact, "call_soon", key=f"{call.pk}:{call.reminded}", use_by=starts_at, at=at, **words)
    return len(rows)


def _standing_consent(child: Person, day: dt.date) -> Consent:
    """The consent for this day, held: who withdraws it meanwhile waits, and then finds the new call."""
    for _turn in range(2):
        found = require_consent(child=child, purpose=PARENT_CALLS, on_date=day)
        if found is None:
            raise NotAChild
        held = lock(found)
        if held.withdrawn_at is None:
            return held
    raise WrongState(state=str(_("withdrawn")))


def _hold(child: Person, station: Station, starts_at: dt.datetime, *, by: User, at: dt.datetime, key: str) -> Booking:
    """A place in whichever booth is free; two who come for the last one are told so by the place itself."""
    for slot in free_times(station, at=at, starts_at=starts_at):
        try:
            return hold_place(
                slot=slot,
                subject=child,
                owner_kind=OWNER_KIND,
                station=station,
                public_place=station.name,
                language=child.language,
                by=by,
                at=at,
                key=key,
            )
        except SlotFull:
            continue
    raise SlotFull(field="starts_at")


def _hours(opens_at: dt.time, closes_at: dt.time, minutes: int) -> list[tuple[dt.time, dt.time]]:
    """The open time cut into hours, each of which can be booked until it begins; what is too short is left out."""
    first, last = opens_at.hour * 60 + opens_at.minute, closes_at.hour * 60 + closes_at.minute
    spans = [(start, min(start + 60, last)) for start in range(first, last, 60)]
    return [(_clock(start), _clock(end)) for start, end in spans if end - start >= minutes]


def _clock(minute: int) -> dt.time:
    return dt.time(minute // 60, minute % 60)


def _policy(*, by: User, at: dt.datetime) -> BookingPolicy:
    return BookingPolicy.objects.filter(code=POLICY).order_by("-revision").first() or define_policy(
        code=POLICY,
        opens_days_before=14,
        release_local_time=dt.time(),
        closes_minutes_before=0,
        cancel_minutes_before=0,
        noshow_grace_minutes=10,
        by=by,
        at=at,
    )
