"""What was watched arrives in events of the devices, in any order and any number of times."""

import datetime as dt
from collections.abc import Mapping, Sequence
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
from stations.people.models import Person

ACCEPTED, DUPLICATE, REJECTED = "accepted", "duplicate", "rejected"
NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)
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

    Rejected is what nobody enrolled has watched, or somebody after leaving, or what is no stretch of the recording;
    and of a minor what was watched on a day on which no guardian's consent held.
    """
    lessons = Lesson.objects.filter(pk__in={each.lesson for each in events}).in_bulk()
    courses = {lesson.course_id for lesson in lessons.values()}
    learners = {each.learner for each in events}
    learning = _learning(enrolments.filter(learner__in=learners, run__course__in=courses))
    valid = [each for each in events if _is_valid(each, lessons.get(each.lesson), learning)]
    valid = _agreed(valid, at=at)
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


def _learning(enrolments: QuerySet[Enrolment]) -> dict[tuple[UUID, UUID], dt.datetime]:
    """Until when each learns each course: who left, until then; all others without an end."""
    until: dict[tuple[UUID, UUID], dt.datetime] = {}
    for learner, course, status, ended_at in enrolments.values_list("learner", "run__course", "status", "ended_at"):
        left_at = present(ended_at) if status == Enrolment.Status.WITHDRAWN else NEVER
        until[learner, course] = max(left_at, until.get((learner, course), left_at))
    return until


def _agreed(events: Sequence[Watched], *, at: dt.datetime) -> list[Watched]:
    """Those of people for whom nobody has to agree, or somebody has; five statements at the most.

    The day is that of the device, and at the latest today.
    """
    people = Person.objects.select_related("home_station__county")
    learners = standing_records(list(people.filter(pk__in={each.learner for each in events})))
    agreements = Agreements(list(learners.values()), EDUCATION_RECORD)

    def is_agreed(each: Watched) -> bool:
        learner = learners[each.learner]
        day = day_in(learner.home_station.zone, min(each.made_at, at))
        return not agreements.is_missing(learner, day)

    return [each for each in events if is_agreed(each)]


def _is_valid(each: Watched, lesson: Lesson | None, learning: Mapping[tuple[UUID, UUID], dt.datetime]) -> bool:
    if lesson is None or not lesson.has_recording:
        return False
    left_at = learning.get((each.learner, lesson.course_id))
    if left_at is None or each.made_at > left_at:
        return False
    return 0 <= each.seconds_from < each.seconds_to <= lesson.planned_minutes * 60


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
