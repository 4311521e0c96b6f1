"""Addresses of calendars: made by oneself, or sent to a resident's phone by the station; ended by either."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, refuses
from core.history import record_change
from core.notices.services import notify
from core.signed_refs import new_ref
from scheduling.calendars.models import Resource
from scheduling.feeds.addresses import address_of
from scheduling.feeds.models import CalendarFeed
from scheduling.feeds.queries import standing_feed, standing_feed_of
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.services.codes import PhoneMissing
from stations.people.services.registration import PersonGone


class NoOwnFile(Refused):
    """A login without a personal file has no calendar of its own."""

    code = "no_own_file"
    message = _("Your login belongs to no personal file. Ask who appointed you to add it.")


@refuses(NoOwnFile)
@transaction.atomic
def make_own_feed(*, by: User, at: dt.datetime) -> CalendarFeed:
    """A new address for one's own calendar; the one before is good no more. Refused: `no_own_file`."""
    if by.person is None:
        raise NoOwnFile
    return _make(lock(by.person), by=by, at=at)


@transaction.atomic
def end_own_feed(*, by: User, at: dt.datetime) -> None:
    """The address of one's own calendar is good no more; without one nothing happens."""
    if by.person is not None:
        _end(lock(by.person), by=by, at=at)


@refuses(PhoneMissing, PersonGone)
@transaction.atomic
def send_feed(*, person: Person, by: User, at: dt.datetime) -> Person:
    """Send a resident a new address of the calendar by SMS; the one before is good no more.

    It is shown to nobody at the station: who has it reads when the resident sees a doctor. Refused: `phone_missing`,
    `person_deceased`.
    """
    person = lock(person)
    if person.died_date:
        raise PersonGone
    if not person.phone:
        raise PhoneMissing
    feed = _make(person, by=by, at=at)
    notify(
        template="calendar_address",
        params={"link": address_of(feed)},
        language=person.language,
        phone=str(person.phone),
        zone=person.home_station.zone,
        dedupe_key=f"calendar:{feed.pk}",
        at=at,
    )
    return person


@transaction.atomic
def end_feed(*, person: Person, by: User, at: dt.datetime) -> Person:
    """The address that a resident was sent is good no more; without one nothing happens."""
    _end(lock(person), by=by, at=at)
    return person


@transaction.atomic
def make_resource_feed(*, resource: Resource, by: User, at: dt.datetime) -> CalendarFeed:
    """A new address for the calendar of a room or another resource, to hang it out; the one before is good no more."""
    resource = lock(resource)
    _end_feed(standing_feed_of(resource), by=by, at=at)
    return _store(CalendarFeed(resource=resource, ref=new_ref(), made_by=by, made_at=at))


@transaction.atomic
def end_resource_feed(*, resource: Resource, by: User, at: dt.datetime) -> None:
    """The address of a resource's calendar is good no more; without one nothing happens."""
    _end_feed(standing_feed_of(lock(resource)), by=by, at=at)


def _make(person: Person, *, by: User, at: dt.datetime) -> CalendarFeed:
    _end(person, by=by, at=at)
    return _store(CalendarFeed(person=person, ref=new_ref(), made_by=by, made_at=at))


def _store(feed: CalendarFeed) -> CalendarFeed:
    feed.save(force_insert=True)
    record_change(feed, old="", new="made", at=feed.made_at, actor=feed.made_by_id)
    return feed


def _end(person: Person, *, by: User, at: dt.datetime) -> None:
    _end_feed(standing_feed(person), by=by, at=at)


def _end_feed(feed: CalendarFeed | None, *, by: User, at: dt.datetime) -> None:
    if feed is None:
        return
    feed.ended_at = at
    feed.save(update_fields=["ended_at", "updated_at"])
    record_change(feed, old="made", new="ended", at=at, actor=by.pk)
