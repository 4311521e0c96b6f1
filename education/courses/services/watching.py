"""What was watched arrives in events of the devices, in any order and any number of times."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from core.database.db import present
from core.days import day_in
from core.errors import refuses
from education.courses.models import Enrolment, Lesson
from education.safeguarding.purposes import EDUCATION_RECORD
from education.safeguarding.queries import Agreements, standing_records
from stations.accounts.models import User
from stations.people.models import Person, StandingRecord

ACCEPTED, DUPLICATE, REJECTED = "accepted", "duplicate", "rejected"
NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)
#: Since when, and until when.
Span = tuple[dt.datetime, dt.datetime]
# The key decides which of two that arrive together is stored.
INSERT = """
INSERT INTO education_learningevent (
    created_at, updated_at, event_id, learner_id, lesson_id, seconds_from, seconds_to, recorded_by_id, made_at,
    received_at
)
SELECT %(at)s, %(at)s, event_id, learner_id, lesson_id, seconds_from, seconds_to, %(by)s, made_at, %(at)s
  FROM unnest(
           %(events)s::uuid[], %(learners)s::uuid[], %(lessons)s::bigint[], %(firsts)s::int[], %(lasts)s::int[],
           %(made)s::timestamptz[]
       ) AS sent (event_id, learner_id, lesson_id, seconds_from, seconds_to, made_at)
 ORDER BY event_id
ON CONFLICT (event_id) DO NOTHING
RETURNING event_id
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """A stretch of a lesson's recording, `[seconds_from, seconds_to)`, that a learner watched."""

    event_id: UUID
    learner: UUID
    lesson: int
    seconds_from: int
    seconds_to: int
    made_at: dt.datetime


@refuses()
@transaction.atomic
def record_learning(
    *, events: Sequence[Watched], enrolments: QuerySet[Enrolment], by: User, at: dt.datetime
) -> list[str]:
    """Store events of learners in these enrolments; for each `accepted`, `duplicate` or `rejected`.

    Rejected is what nobody enrolled has watched, under whichever record, or somebody after leaving, or what is no
    stretch of the recording; and of a minor what was watched on a day on which no guardian's consent held.
    """
    lessons = Lesson.objects.filter(pk__in={each.lesson for each in events}).in_bulk()
    people = _people({each.learner for each in events})
    learning = _learning(enrolments.filter(run__course__in={lesson.course_id for lesson in lessons.values()}), people)
    seats = {each: _seat_of(each, lessons.get(each.lesson), people, learning) for each in events}
    valid = _agreed({each: seat for each, seat in seats.items() if seat}, people, at=at)
    stored = _insert(valid, by=by, at=at)
    answers = []
    for each in events:
        if each not in valid:
            answers.append(REJECTED)
        elif each.event_id in stored:
            stored.discard(each.event_id)
            answers.append(ACCEPTED)
        else:
            answers.append(DUPLICATE)
    return answers


def _people(learners: Collection[UUID]) -> dict[UUID, Person]:
    """By the record that was sent the one that stands for somebody."""
    rows = Person.objects.filter(pk__in=learners).select_related("home_station__county")
    return standing_records(list(rows))


def _learning(enrolments: QuerySet[Enrolment], people: Mapping[UUID, Person]) -> dict[tuple[UUID, UUID], Span]:
    """From when until when each person learns each course: who left, until then; all others without an end."""
    spans: dict[tuple[UUID, UUID], Span] = {}
    records = Person.objects.of_people(*people).values("pk")
    rows = enrolments.filter(learner__in=records).annotate(person=StandingRecord("learner"))
    for person, course, status, since, ended_at in rows.values_list(
        "person", "run__course", "status", "requested_at", "ended_at"
    ):
        until = present(ended_at) if status == Enrolment.Status.WITHDRAWN else NEVER
        known = spans.get((person, course), (since, until))
        spans[person, course] = min(since, known[0]), max(until, known[1])
    return spans


def _seat_of(
    each: Watched, lesson: Lesson | None, people: Mapping[UUID, Person], learning: Mapping[tuple[UUID, UUID], Span]
) -> Span | None:
    """The time in which somebody learns there, of a stretch that can have been watched in it."""
    person = people.get(each.learner)
    if lesson is None or person is None or not lesson.has_recording:
        return None
    seat = learning.get((person.pk, lesson.course_id))
    is_stretch = 0 <= each.seconds_from < each.seconds_to <= lesson.planned_minutes * 60
    return seat if seat and is_stretch and each.made_at <= seat[1] else None


def _agreed(seats: Mapping[Watched, Span], people: Mapping[UUID, Person], *, at: dt.datetime) -> list[Watched]:
    """Those of people for whom nobody has to agree, or somebody has; two statements.

    The day is that of the device, and at the latest today; a clock that shows a time before somebody learnt there
    tells no day, and then it is today.
    """
    agreements = Agreements({people[each.learner] for each in seats}, EDUCATION_RECORD)

    def is_agreed(each: Watched, since: dt.datetime) -> bool:
        learner = people[each.learner]
        made_at = min(each.made_at, at) if each.made_at >= since else at
        return not agreements.is_missing(learner, day_in(learner.home_station.zone, made_at))

    return [each for each, (since, _until) in seats.items() if is_agreed(each, since)]


def _insert(events: Sequence[Watched], *, by: User, at: dt.datetime) -> set[UUID]:
    """The ids that were new; two with the same id in one request are one."""
    unique = list({each.event_id: each for each in events}.values())
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            {
                "events": [each.event_id for each in unique],
                "learners": [each.learner for each in unique],
                "lessons": [each.lesson for each in unique],
                "firsts": [each.seconds_from for each in unique],
                "lasts": [each.seconds_to for each in unique],
                "made": [each.made_at for each in unique],
                "by": by.pk,
                "at": at,
            },
        )
        return {row[0] for row in cursor.fetchall()}
