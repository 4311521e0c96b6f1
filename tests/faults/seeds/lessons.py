"""What children need at the stations of a seed: books, a class that goes on, a tutor, a booth and somebody to call."""

import datetime as dt
from collections.abc import Sequence

from django.utils.timezone import now

from core.days import clock_in, day_in
from education.courses.queries import sessions_of
from education.courses.services import enrol_learner, open_class_session
from education.models import Course
from stations.models import Person, User
from stations.people.queries import confirmed_guardians
from tests.factories.calls import booth_at, call_of, parent_of
from tests.factories.education import agreed, books, child_of, class_at, course_of, library_at
from tests.factories.tutoring import booked, money_for_learning, tutor_of
from tests.faults.seeds.trades import Village

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
#: Of each station: what stands on its shelf, who learns there, how many of them call home and sit in the class.
BOOKS, CHILDREN, CALLERS, SEATED = 3, 4, 3, 2
#: The longest that there are, so that seeds of an hour and more find them still going on.
LESSON_MINUTES, CLASS_MINUTES = 120, 180
#: Hours of a tutor end with the day, so that no lesson begins later.
LAST_LESSON, MIDNIGHT = dt.time(21, 59), dt.time(23, 59)
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
        _load_calls(village, children[:CALLERS])
        _load_class(village, children[:SEATED], course)
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
    """With a lesson of each child in some days, and one of the last, who calls nobody, that begins now."""
    clock = min(clock_in(village.station.zone, now()).replace(second=0, microsecond=0), LAST_LESSON)
    tutor = tutor_of(village.station, opens_at=clock, closes_at=MIDNIGHT, minutes=LESSON_MINUTES, at=now() - 2 * DAY)
    for number, child in enumerate(children, start=2):
        booked(tutor, child, days=number, clock=clock, key=f"lesson-{child.pk}")
    last = children[-1]
    booked(tutor, last, days=0, clock=clock, by=village.partner, at=now() - DAY, key=f"lesson-now-{last.pk}")
    return User.objects.get(person=tutor.person_id)


def _guardian_of(child: Person) -> Person:
    return confirmed_guardians(child, day_in(child.home_station.zone, now()))[0]
