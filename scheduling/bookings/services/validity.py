"""What is booked after the last day on which its resource is valid: its owner is told each day until it is settled."""

import datetime as dt

from django.db import transaction
from django.db.models import Count, F

from core.events.services import publish_all
from scheduling.bookings.models import Booking

#: So many days before the end of a licence or a vetting what lies behind it is told of.
TOLD_BEFORE = dt.timedelta(days=14)


@transaction.atomic
def announce_ending_validity(*, zone: str, on_date: dt.date, at: dt.datetime) -> int:
    """Publish, for each resource of the zone that soon is valid no more, how many bookings lie behind its last day.

    A resource without one says nothing; neither does one whose validity was prolonged. How many resources were named.
    """
    last_day = F("session__resource__valid_until_date")
    behind = Booking.objects.filter(
        status__in=Booking.ACTIVE,
        session__resource__zone=zone,
        session__resource__valid_until_date__lte=on_date + TOLD_BEFORE,
        session__local_date__gt=last_day,
        session__local_date__gte=on_date,
    )
    found = (
        behind.order_by()
        .values("session__resource", owner=F("session__resource__owner_kind"), until=last_day)
        .annotate(bookings=Count("pk"))
    )
    events = [
        {
            "resource": str(row["session__resource"]),
            "owner_kind": row["owner"],
            "valid_until_date": row["until"].isoformat(),
            "on_date": on_date.isoformat(),
            "bookings": row["bookings"],
        }
        for row in found
    ]
    publish_all("scheduling.resource_validity_ending", events, at=at)
    return len(events)
