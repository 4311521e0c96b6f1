"""A tutor of the story's county: lessons that were held, missed and cancelled, one of today, a weekly series."""

import datetime as dt

from core.database.db import present
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.stations import STORY, Cast
from education.courses.queries import workers_at
from education.tutoring.models import Tutor, TutoringSession
from education.tutoring.queries import tutors
from education.tutoring.services import (
    Wish,
    activate_tutor,
    book_tutoring,
    book_tutoring_series,
    cancel_tutoring,
    confirm_tutoring,
    contest_tutoring,
    finish_tutoring,
    miss_tutoring,
    pattern_of,
    preview_tutoring_series,
    register_tutor,
    set_tutor_hours,
    start_tutoring,
)
from scheduling.bookings.services import PersonBusy
from scheduling.calendars.models import Slot
from scheduling.calendars.queries import free_slots
from scheduling.calendars.services import make_sessions
from stations.models import Person, Station
from stations.people.queries import confirmed_guardians

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
#: Yuan cents for an hour, minutes of a lesson, weeks of the series.
RATE, MINUTES, WEEKS = 30_10, 45, 6


def load_tutoring(cast: Cast, *, at: dt.datetime) -> None:
    """Lessons of three children; one is to be confirmed, one is contested, and what was earned waits for money."""
    station = next(each for each in cast.village_stations if each.code == STORY)
    tutor = _tutor(cast, station, at=at - 25 * DAY)
    make_sessions(resource=tutor.resource, to_date=day_of(at + 28 * DAY), at=at - 20 * DAY)
    children = list(Person.objects.filter(home_station=station, child_file__isnull=False).order_by("pk")[:3])
    contested = _book(cast, tutor, station, children[1], at=at - 18 * DAY, wait=2)
    not_there = present(contested.booking.slot).ends_at + DAY
    by = cast.partners[station.pk]
    contest_tutoring(session=_hold(cast, contested), reason="当天停电，没有上课", by=by, at=not_there)
    held = _book(cast, tutor, station, children[0], at=at - 12 * DAY, wait=2)
    confirm_tutoring(session=_hold(cast, held), by=cast.partners[station.pk], at=present(held.booking.slot).ends_at)
    missed = _book(cast, tutor, station, children[1], at=at - 9 * DAY, wait=2)
    begins = present(missed.booking.slot).starts_at
    partner = cast.partners[station.pk]
    miss_tutoring(session=missed, missing="learners", by=partner, at=begins + 20 * MINUTE)
    given_up = _book(cast, tutor, station, children[1], at=at - 6 * DAY, wait=3)
    cancel_tutoring(session=given_up, side="resident", reason="孩子走亲戚", by=partner, at=at - 5 * DAY)
    _hold(cast, _book(cast, tutor, station, children[2], at=at - 5 * DAY, wait=2))
    _book(cast, tutor, station, children[2], at=at, wait=0)
    _weekly(cast, tutor, station, children[0], at=at)


def _tutor(cast: Cast, station: Station, *, at: dt.datetime) -> Tutor:
    clerk, login = cast.clerks[station.county_id], cast.teachers[0]
    tutor = register_tutor(
        person=Person.objects.select_related("home_station__county").get(pk=login.person_id),
        subjects=["maths", "english"],
        languages=["zh"],
        max_per_day=4,
        max_per_week=16,
        rate_minor=RATE,
        by=clerk,
        at=at,
    )
    set_tutor_hours(
        tutor=tutor,
        weekdays=range(1, 8),
        opens_at=dt.time(8),
        closes_at=dt.time(20),
        minutes=MINUTES,
        by=clerk,
        at=at,
    )
    activate_tutor(tutor=tutor, by=cast.managers[station.county_id], at=at)
    return tutors().get(pk=tutor.pk)


def _book(cast: Cast, tutor: Tutor, station: Station, child: Person, *, at: dt.datetime, wait: int) -> TutoringSession:
    """The first time, so many days later, at which the child is free."""
    for slot in _free(tutor, since=at + wait * DAY, at=at):
        try:
            return book_tutoring(
                wish=_wish(tutor, station, child),
                starts_at=slot.starts_at,
                by=cast.partners[station.pk],
                at=at,
                key=f"demo-tutoring-{child.pk}-{slot.pk}",
            )
        except PersonBusy:
            continue
    raise LookupError("no free time of the tutor")


def _free(tutor: Tutor, *, since: dt.datetime, at: dt.datetime) -> list[Slot]:
    return list(free_slots(offerings=[tutor.offering], since=since, until=since + 7 * DAY, at=at, limit=20))


def _wish(tutor: Tutor, station: Station, child: Person) -> Wish:
    return Wish(tutor=tutor, learners=(child,), station=station, subject="maths", mode="remote", topic="分数加减")


def _hold(cast: Cast, session: TutoringSession) -> TutoringSession:
    """The tutor has ended it; the station has yet to confirm it."""
    slot, station = present(session.booking.slot), session.station
    [learner] = [each.learner for each in session.learners.select_related("learner")]
    adults = workers_at(station, slot.starts_at) or list(confirmed_guardians(learner, day_of(slot.starts_at)))
    helper = cast.helpers[station.pk]
    begun = start_tutoring(session=session, adult=adults[0], by=helper, at=slot.starts_at)
    return finish_tutoring(
        session=begun,
        present_learners=[learner.pk],
        notes="分数加减，下次讲乘法。",
        by=cast.teachers[0],
        at=slot.ends_at,
    )


def _weekly(cast: Cast, tutor: Tutor, station: Station, child: Person, *, at: dt.datetime) -> None:
    """Every week from in two days on; dates on which the child is elsewhere are left out."""
    first = next(iter(_free(tutor, since=at + 2 * DAY, at=at)))
    pattern = pattern_of(first, count=WEEKS)
    report = preview_tutoring_series(wish=_wish(tutor, station, child), pattern=pattern, at=at)
    chosen = {each.no: each.starts_at for each in report.free}
    by = cast.partners[station.pk]
    book_tutoring_series(
        wish=_wish(tutor, station, child), pattern=pattern, chosen=chosen, by=by, at=at, key="demo-tutoring-weekly"
    )
