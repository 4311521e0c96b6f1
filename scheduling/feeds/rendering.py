"""The calendar of a person or a resource as iCalendar (RFC 5545): label, place and time of each event, no names."""

import datetime as dt
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from scheduling.bookings.models import Booking
from scheduling.calendars.models import Session
from scheduling.feeds.models import CalendarFeed
from scheduling.feeds.queries import bookings_in, sessions_in, sessions_of

REMINDED_BEFORE = dt.timedelta(hours=24)
#: How often a phone may ask again.
ASKED_AGAIN_AFTER = dt.timedelta(hours=1)
_TENTATIVE, _CONFIRMED, _CANCELLED = "TENTATIVE", "CONFIRMED", "CANCELLED"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: `uid` stays when it moves, `sequence` grows with each change; times are shown in `zone`."""

    uid: str
    sequence: int
    label: str
    place: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    zone: str
    status: str
    changed_at: dt.datetime
    is_reminded: bool = False


def calendar_text(feed: CalendarFeed, *, at: dt.datetime) -> bytes:
    """The calendar in the language of its person, or of who made it; the same content gives the same bytes."""
    with translation.override((feed.person or feed.made_by).language):
        calendar = _calendar()
        calendar.add("x-wr-calname", feed.resource.name if feed.resource else _("My calendar"))
        calendar.add("refresh-interval", ASKED_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
        for entry in _entries(feed, at=at):
            calendar.add_component(_event(entry))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def event_text(booking: Booking, *, language: str) -> bytes | None:
    """One booking for a calendar that is not subscribed to: to be added, or taken out where it was cancelled.

    None of one that waits: it has no time. Label, place and time as in the whole calendar.
    """
    if booking.slot is None or booking.status == Booking.Status.ENTERED_IN_ERROR:
        return None
    with translation.override(language):
        calendar, entry = _calendar(), _booked(booking)
        calendar.add("method", "CANCEL" if entry.status == _CANCELLED else "PUBLISH")
        calendar.add_component(_event(entry))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//EcomNet//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _entries(feed: CalendarFeed, *, at: dt.datetime) -> list[Entry]:
    language = translation.get_language() or ""
    if feed.resource is not None:
        return [_taken(session, language) for session in sessions_of(feed, at=at)]
    return [
        *(_booked(booking) for booking in bookings_in(feed, at=at)),
        *(_working(session, language) for session in sessions_in(feed, at=at)),
    ]


def _taken(session: Session, language: str) -> Entry:
    """What has a resource: a period as its booking, of sessions their hours; nobody who comes."""
    bookings = list(session.bookings.all()) if session.is_period else []
    if not bookings:
        return _working(session, language)
    [booking] = bookings
    return replace(_event_of(booking, session, session.starts_at, session.ends_at), is_reminded=False)


def _booked(booking: Booking) -> Entry:
    assert booking.slot is not None  # noqa: S101  (the query asks for its time)
    return _event_of(booking, booking.session, booking.slot.starts_at, booking.slot.ends_at)


def _event_of(booking: Booking, session: Session, starts_at: dt.datetime, ends_at: dt.datetime) -> Entry:
    return Entry(
        uid=str(booking.ical_uid),
        sequence=booking.ical_sequence,
        label=booking.public_label,
        place=booking.public_place,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=session.resource.zone,
        status=_status_of(booking),
        changed_at=booking.updated_at,
        is_reminded=True,
    )


def _status_of(booking: Booking) -> str:
    if booking.status == Booking.Status.CANCELLED:
        return _CANCELLED
    return _TENTATIVE if booking.status in Booking.HOLDING else _CONFIRMED


def _working(session: Session, language: str) -> Entry:
    is_cancelled = bool(session.unavailable_because)
    return Entry(
        uid=f"session-{session.pk}",
        sequence=int(is_cancelled),
        label=session.offering.label_in(language),
        place="",
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.resource.zone,
        status=_CANCELLED if is_cancelled else _CONFIRMED,
        changed_at=session.updated_at,
    )


def _event(entry: Entry) -> Event:
    event, zone = Event(), ZoneInfo(entry.zone)
    event.add("uid", f"{entry.uid}@{settings.ECOMNET_PUBLIC_URL.partition('://')[2]}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("dtstart", entry.starts_at.astimezone(zone))
    event.add("dtend", entry.ends_at.astimezone(zone))
    event.add("status", entry.status)
    event.add("summary", entry.label)
    if entry.place:
        event.add("location", entry.place)
    if entry.is_reminded and entry.status != _CANCELLED:
        event.add_component(_alarm(entry.label))
    return event


def _alarm(label: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -REMINDED_BEFORE)
    alarm.add("description", label)
    return alarm
