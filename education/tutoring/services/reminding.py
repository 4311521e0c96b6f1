"""Families of minors are reminded the evening before; adults hear of their bookings from the calendar itself."""

import datetime as dt

from django.db import transaction

from core.database.db import present
from core.days import clock_in, day_in
from education.courses.services.steps import tell_family
from education.safeguarding.queries import is_child
from education.tutoring.queries import sessions, standing_learners_of


@transaction.atomic
def remind_families(*, zone: str, at: dt.datetime) -> int:
    """Remind guardians of tomorrow's lessons with tutors of a zone, once a lesson; how many lessons."""
    tomorrow = day_in(zone, at) + dt.timedelta(days=1)
    rows = sessions().filter(booking__status="booked", booking__session__local_date=tomorrow)
    due = list(rows.filter(tutor__resource__zone=zone).order_by("pk"))
    for session in due:
        starts_at = present(session.booking.slot).starts_at
        words = {"day": tomorrow.isoformat(), "time": f"{clock_in(zone, starts_at):%H:%M}"}
        for learner in standing_learners_of(session):
            if is_child(learner, tomorrow):
                key = f"edu:tutoring:{session.pk}:soon:{learner.pk}"
                tell_family(learner, "tutoring_soon", station=session.station, key=key, at=at, **words)
    return len(due)
