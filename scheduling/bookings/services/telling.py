"""What people are told when a provider cancels: what, when, and nothing else."""

import datetime as dt

from core.days import clock_in, day_in
from core.notices.services import notify
from scheduling.bookings.models import Booking


def tell_of_cancellation(booking: Booking, starts_at: dt.datetime, *, at: dt.datetime) -> None:
    """Whoever can be reached hears that the provider has cancelled what was to begin then and is still ahead; once."""
    person, zone = booking.subject, booking.session.resource.zone
    if person is None or not person.phone or starts_at <= at:
        return
    notify(
        template="booking_cancelled_by_provider",
        params={
            "what": booking.public_label,
            "date": day_in(zone, starts_at).isoformat(),
            "time": f"{clock_in(zone, starts_at):%H:%M}",
        },
        language=person.language,
        phone=str(person.phone),
        zone=zone,
        use_by=starts_at,
        dedupe_key=f"booking-cancelled:{booking.pk}",
        at=at,
    )
