"""Bookings of people and of lines, and whether the counters are right."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Window
from django.db.models.functions import Coalesce

from scheduling.bookings.models import Booking, Offer, Participant
from scheduling.calendars.models import Session, Slot
from stations.people.models import StandingRecord


def waiting_line(session: Session) -> QuerySet[Booking]:
    """Who waits for a place of a session, the first in line first."""
    waiting = Booking.objects.filter(session=session, status=Booking.Status.WAITLIST)
    return waiting.order_by("-priority", "joined_at", "pk")


def place_in_line(booking: Booking) -> int:
    """The place of a booking that waits; 1 is the first."""
    before = (
        Q(priority__gt=booking.priority)
        | Q(priority=booking.priority, joined_at__lt=booking.joined_at)
        | Q(priority=booking.priority, joined_at=booking.joined_at, pk__lte=booking.pk)
    )
    return waiting_line(booking.session).filter(before).aggregate(place=Count("pk"))["place"]


def held_instead(booking: Booking) -> Booking | None:
    """The place that is kept for whom a provider cancelled, until it is taken, given back or its time is over."""
    kept = booking.instead.filter(status=Booking.Status.PENDING)
    return kept.select_related("slot__session__resource", "session__resource", "session__offering").first()


def beyond_capacity(slots: Iterable[Slot]) -> list[Booking]:
    """Who has a place in one of these slots beyond its number of places: the last numbers, then what is only held."""
    over = [each.pk for each in slots if each.booked + each.held > each.capacity]
    if not over:
        return []
    counted = Booking.objects.filter(slot__in=over, status__in=[*Booking.HOLDING, *Booking.COUNTED])
    places = Window(
        Sum("quantity"), partition_by=F("slot"), order_by=[F("sequence_no").asc(nulls_last=True), F("pk").asc()]
    )
    rows = counted.alias(places=places).filter(places__gt=F("slot__capacity"))
    return list(rows.select_related("slot", "session__resource").order_by("slot__starts_at", "slot", "sequence_no"))


def overlapping_after_merge(at: dt.datetime) -> QuerySet[Participant]:
    """Whose record became another's that has something else at that time: a person cancels one of the two."""
    other = Participant.objects.filter(
        person=StandingRecord(OuterRef("person")),
        is_active=True,
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
    )
    ahead = Participant.objects.filter(role=Participant.Role.SUBJECT, is_active=True, ends_at__gt=at)
    return ahead.filter(Exists(other), person__merged_into__isnull=False)


def slots_with_wrong_counters() -> QuerySet[Slot]:
    """Slots whose counters differ from their bookings and open offers: none, ever."""

    def places(rows: QuerySet) -> Coalesce:
        total = rows.values("slot").annotate(total=Sum("quantity")).values("total")
        return Coalesce(Subquery(total, output_field=IntegerField()), 0)

    of_slot = Booking.objects.order_by().filter(slot=OuterRef("pk"))
    offered = Offer.objects.order_by().filter(slot=OuterRef("pk"), status=Offer.Status.OPEN)
    return Slot.objects.annotate(
        really_booked=places(of_slot.filter(status__in=Booking.COUNTED)),
        really_held=places(of_slot.filter(status__in=Booking.HOLDING)) + places(offered),
    ).exclude(booked=F("really_booked"), held=F("really_held"))
