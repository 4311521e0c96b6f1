"""What stands in the calendar of a person or a resource."""

import datetime as dt

from django.db.models import Q, QuerySet

from core.database.db import present
from scheduling.bookings.models import Booking
from scheduling.calendars.models import Resource, Session
from scheduling.feeds.models import CalendarFeed
from stations.people.models import Person

#: From so long ago until so far ahead; what was cancelled is shown as cancelled for the first of them.
PAST, AHEAD = dt.timedelta(days=30), dt.timedelta(days=180)
#: Of each kind so many events at most, the earliest first.
MOST = 1000
_S = Booking.Status


def standing_feed(person: Person) -> CalendarFeed | None:
    """The address that is good now, if there is one."""
    return CalendarFeed.objects.filter(person=person.pk, ended_at=None).first()


def standing_feed_of(resource: Resource) -> CalendarFeed | None:
    """The address of a resource's calendar that is good now, if there is one."""
    return CalendarFeed.objects.filter(resource=resource, ended_at=None).first()


def bookings_in(feed: CalendarFeed, *, at: dt.datetime) -> QuerySet[Booking]:
    """What is booked for the person, under whichever record; of what was moved only the newest."""
    rows = Booking.objects.filter(
        subject__in=Person.objects.of_people(present(feed.person_id)),
        slot__starts_at__gte=at - PAST,
        slot__starts_at__lt=at + AHEAD,
        replaced_by=None,
    )
    rows = rows.exclude(status__in=[_S.WAITLIST, _S.ENTERED_IN_ERROR])
    rows = rows.exclude(Q(status=_S.CANCELLED, updated_at__lt=at - PAST))
    return rows.select_related("slot", "session__resource").order_by("slot__starts_at", "pk")[:MOST]


def sessions_in(feed: CalendarFeed, *, at: dt.datetime) -> QuerySet[Session]:
    """The person's own working hours: clinics of a doctor, lessons of a teacher or tutor."""
    return _sessions(at).filter(resource__person__in=Person.objects.of_people(present(feed.person_id)))[:MOST]


def sessions_of(feed: CalendarFeed, *, at: dt.datetime) -> QuerySet[Session]:
    """Whatever has the resource, of whichever owner; of periods, `bookings` says what they are called."""
    rows = _sessions(at).filter(claims__resource=feed.resource_id)
    return rows.prefetch_related("bookings")[:MOST]


def _sessions(at: dt.datetime) -> QuerySet[Session]:
    rows = Session.objects.filter(starts_at__gte=at - PAST, starts_at__lt=at + AHEAD)
    rows = rows.exclude(~Q(unavailable_because=""), updated_at__lt=at - PAST)
    return rows.select_related("resource", "offering").order_by("starts_at", "pk")
