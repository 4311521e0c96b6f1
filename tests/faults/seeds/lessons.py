"""What children need at the stations of a seed: books, a class that goes on, a tutor, a booth and somebody to call."""

import datetime as dt
from collections.abc import Sequence

from django.utils.timezone import now

from core.days import day_in
from education.courses.queries import sessions_of
from education.courses.services import enrol_learner, open_class_session
from education.models import Course, Tutor
from education.tutoring.services import book_tutoring
from scheduling.calendars.queries import free_slots
from stations.models import Person, User
from stations.people.queries import confirmed_guardians
from tests.factories.calls import booth_at, call_of, parent_of
from tests.factories.education import agreed, books, child_of, class_at, course_of, library_at
from tests.factories.tutoring import booked, money_for_learning, tutor_of, wish_of
from tests.faults.seeds.trades import Village

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
#: Of each station: what stands on its shelf, and who learns there.
BOOKS, CHILDREN = 3, 3
#: The longest that there are, so that seeds of an hour and more find them still going on.
LESSON_MINUTES, CLASS_MINUTES = 120, 180
LEARNING_HAS = 5_000_00


def load_lessons(villages: Sequence[Village]) -> tuple[User, ...]:
    """Everything for children; the tutor of each station."""
    money_for_learning(villages[0].station, LEARNING_HAS)
    course = course_of(villages[0].station.county, minutes=(CLASS_MINUTES,))
    tutors = []
    for village in villages:
        books(library_at(village.station), BOOKS)
        children = [child_of(village.station) for _number in range(CHILDREN)]
        for child in children:
            agreed(child)
        _load_calls(village, children)
        _load_class(village, children[:-1], course)
        tutors.append(_load_tutor(village, children))
    return tuple(tutors)


def _load_calls(village: Village, children: Sequence[Person]) -> None:
    booth_at(village.station, opens_at=dt.time(8), closes_at=dt.time(20))
    for number, child in enumerate(children):
        contact = parent_of(child, phone=f"+24492312010{number}")
        call_of(contact, key=f"call-{contact.pk}")


def _load_class(village: Village, children: Sequence[Person], course: Course) -> None:
    """It has begun a minute ago, with a grandmother in the room."""
    begins = now() - MINUTE
    run = class_at(village.station, course=course, starts=[begins], at=begins - DAY)
    for child in children:
        enrol_learner(run=run, learner=child, by=village.partner, at=begins - DAY)
    [session] = sessions_of(run)
    open_class_session(session=session, adult=_guardian_of(children[0]), by=village.helper, at=begins)


def _load_tutor(village: Village, children: Sequence[Person]) -> User:
    """With a lesson of each child in some days, and one of the last whose time it is, if there is such a time."""
    tutor = tutor_of(
        village.station, opens_at=dt.time(0), closes_at=dt.time(23, 59), minutes=LESSON_MINUTES, at=now() - 2 * DAY
    )
    for number, child in enumerate(children, start=2):
        booked(tutor, child, days=number, clock=dt.time(16), key=f"lesson-{child.pk}")
    _book_this_hour(village, tutor, children[-1])
    return User.objects.get(person=tutor.person_id)


def _book_this_hour(village: Village, tutor: Tutor, child: Person) -> None:
    since = now() - LESSON_MINUTES * MINUTE
    for slot in free_slots(offerings=[tutor.offering], since=since, until=now(), at=since - DAY, limit=1):
        book_tutoring(
            wish=wish_of(tutor, child),
            starts_at=slot.starts_at,
            by=village.partner,
            at=since - DAY,
            key=f"lesson-now-{child.pk}",
        )


def _guardian_of(child: Person) -> Person:
    return confirmed_guardians(child, day_in(child.home_station.zone, now()))[0]
