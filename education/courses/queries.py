"""Who learns where, what they have seen, and how many minutes count."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Q, QuerySet

from core.days import day_in
from education.courses.models import (
    AttendanceRecord,
    BroadcastLink,
    ClassRun,
    ClassSession,
    Course,
    CourseCertificate,
    Enrolment,
    Lesson,
)
from education.courses.models.rooms import SILENCE
from education.safeguarding.purposes import EDUCATION_RECORD
from education.safeguarding.queries import agreed_on
from stations.accounts.models import Post, User
from stations.network.models import Station
from stations.people.models import Person, StandingRecord
from stations.places.models import Division
from stations.scope import posts_granting

#: Presence at a lesson and stretches of its recording, united: what was seen twice counts once. Seconds of a lesson.
MINUTES = """
WITH people AS (
    -- Who learnt under two records that are one now has the minutes of both.
    SELECT DISTINCT records_of_person(standing_record(learner_id)) AS learner_id,
           standing_record(learner_id) AS person_id
      FROM education_enrolment WHERE run_id = %(run)s
), lessons AS (
    SELECT class.id, class.run_id, class.lesson_id, slot.starts_at, class.opened_at, class.closed_at,
           extract(epoch FROM slot.ends_at - slot.starts_at)::int AS seconds, run.mode = 'broadcast' AS is_broadcast
      FROM education_classsession AS class
      JOIN education_classrun AS run ON run.id = class.run_id
      JOIN scheduling_session AS slot ON slot.id = class.slot_id
     WHERE class.run_id = %(run)s AND class.status IN ('closed', 'missed')
), links AS (
    -- A room of a broadcast sees its teacher while its link is up, any other room all the time.
    SELECT id, 0 AS first, seconds AS last FROM lessons WHERE NOT is_broadcast
    UNION ALL
    SELECT lessons.id,
           greatest(0, least(seconds, extract(epoch FROM link.from_at - starts_at)))::int,
           greatest(0, least(seconds, extract(epoch FROM coalesce(link.to_at, link.seen_at) - starts_at)))::int
      FROM lessons
      JOIN education_broadcastlink AS link ON link.session_id = lessons.id
     WHERE is_broadcast
), presence AS (
    SELECT lessons.id, people.person_id,
           -- A device's clock may be centuries off.
           greatest(
               0,
               least(lessons.seconds, extract(epoch FROM coalesce(mark.from_at, lessons.opened_at) - lessons.starts_at))
           )::int AS first,
           least(lessons.seconds, extract(epoch FROM lessons.closed_at - lessons.starts_at)::int) AS last
      FROM lessons
      JOIN education_attendancerecord AS mark ON mark.session_id = lessons.id AND mark.is_current
      JOIN people ON people.learner_id = mark.learner_id
     WHERE mark.presence IN ('present', 'late')
), spans AS (
    SELECT id, presence.person_id, greatest(presence.first, links.first) AS first,
           least(presence.last, links.last) AS last
      FROM presence
      JOIN links USING (id)
    UNION ALL
    SELECT lessons.id, people.person_id, event.seconds_from, least(lessons.seconds, event.seconds_to)
      FROM lessons
      JOIN education_learningevent AS event ON event.lesson_id = lessons.lesson_id
      JOIN people ON people.learner_id = event.learner_id
), seen AS (
    SELECT id, person_id, range_agg(int4range(first, last)) AS covered
      FROM spans WHERE last > first GROUP BY id, person_id
)
SELECT people.learner_id, sum(counted.minutes)::int
  FROM (SELECT person_id, (SELECT sum(upper(part) - lower(part)) FROM unnest(covered) AS part) / 60 AS minutes
          FROM seen) AS counted
  JOIN people USING (person_id)
 GROUP BY people.learner_id
"""
PROGRESS = """
SELECT event.lesson_id,
       (SELECT sum(upper(part) - lower(part)) FROM unnest(range_agg(int4range(seconds_from, seconds_to))) AS part)
  FROM education_learningevent AS event
 WHERE event.learner_id = ANY(ARRAY(SELECT records_of_person(standing_record(%(learner)s))))
   AND event.lesson_id = ANY(%(lessons)s)
 GROUP BY event.lesson_id
"""
BASIS_POINTS = 10_000
#: A recording counts as watched from nine tenths on.
WATCHED_BP = 9_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a lesson's recording somebody has watched, in basis points rounded down."""

    lesson: Lesson
    seconds: int
    progress_bp: int

    @property
    def is_done(self) -> bool:
        """Whether it counts as watched."""
        return self.progress_bp >= WATCHED_BP

    @property
    def share(self) -> str:
        """In whole percent, rounded down."""
        return f"{self.progress_bp // 100} %"


def minutes_of(run: ClassRun) -> dict[UUID, int]:
    """Minutes of each learner in the lessons of a class that are over; rounded down once a lesson; one statement.

    Each record of a person has the minutes of all.
    """
    with connection.cursor() as cursor:
        cursor.execute(MINUTES, {"run": run.pk})
        return dict(cursor.fetchall())


def progress_of(learner: Person, course: Course) -> list[Progress]:
    """Each lesson of a course that has a recording, and what this learner has watched of it under whichever record.

    Two statements.
    """
    lessons = [lesson for lesson in course.lessons.all() if lesson.has_recording]
    with connection.cursor() as cursor:
        cursor.execute(PROGRESS, {"learner": learner.pk, "lessons": [lesson.pk for lesson in lessons]})
        seen = {lesson: int(seconds) for lesson, seconds in cursor.fetchall()}
    return [
        Progress(lesson, seconds, min(BASIS_POINTS, seconds * BASIS_POINTS // (lesson.planned_minutes * 60)))
        for lesson in lessons
        for seconds in [seen.get(lesson.pk, 0)]
    ]


def people_in(run: ClassRun) -> dict[UUID, UUID]:
    """Of each enrolment in a class the record that stands for its learner; one statement."""
    rows = Enrolment.objects.filter(run=run).annotate(person=StandingRecord("learner"))
    return dict(rows.values_list("pk", "person"))


def planned_minutes(course: Course) -> int:
    """The minutes of all lessons."""
    return sum(lesson.planned_minutes for lesson in course.lessons.all())


def rooms_of_broadcasts(reached: QuerySet[ClassSession]) -> QuerySet[ClassSession]:
    """Of these lessons those of broadcasts, each with its room and its teacher."""
    rows = reached.filter(run__mode=ClassRun.Mode.BROADCAST)
    return rows.select_related("run__course", "run__station", "run__teacher", "lesson", "slot", "adult_present")


def links_up(*, at: dt.datetime) -> QuerySet[BroadcastLink]:
    """Links that are up; a device that has fallen silent has lost its own."""
    return BroadcastLink.objects.filter(to_at=None).exclude(by_device=True, seen_at__lt=at - SILENCE)


def is_silent(link: BroadcastLink, *, at: dt.datetime) -> bool:
    """Whether its device has lost a link that nobody has ended."""
    return link.to_at is None and link.by_device and at - link.seen_at > SILENCE


def linked_rooms(sessions: Sequence[ClassSession], *, at: dt.datetime) -> set[UUID]:
    """Which of these lessons' rooms see their teacher now; one statement."""
    return set(links_up(at=at).filter(session__in=[row.pk for row in sessions]).values_list("session", flat=True))


def unlinked_rooms(reached: QuerySet[ClassSession], *, at: dt.datetime) -> QuerySet[ClassSession]:
    """Rooms of broadcasts that are to see their teacher now and do not: not begun, or without a link."""
    now_on = rooms_of_broadcasts(reached).filter(slot__starts_at__lte=at, slot__ends_at__gt=at)
    dark = Q(status=ClassSession.Status.OPEN) & ~Q(pk__in=links_up(at=at).values("session"))
    return now_on.filter(Q(status=ClassSession.Status.PLANNED) | dark)


def sessions_of(run: ClassRun) -> QuerySet[ClassSession]:
    """The lessons of a class in their order."""
    return run.sessions.select_related("lesson", "slot").order_by("slot__starts_at", "pk")


def enrolled_in(run: ClassRun) -> list[Enrolment]:
    """Those whose names are called, by name; one statement."""
    rows = Enrolment.objects.seated().filter(run=run).select_related("learner__home_station")
    return list(rows.order_by("learner__full_name", "learner_id"))


def learners_at(station: Station) -> QuerySet[Person]:
    """Everyone with a seat in a class of a station."""
    seated = Enrolment.objects.seated().filter(run__station=station)
    return Person.objects.filter(pk__in=seated.values("learner"))


def workers_at(station: Station, at: dt.datetime) -> list[Person]:
    """The adults who may be present: residents whose login has a post at the station now."""
    posts = Post.objects.live(at).filter(station=station, user__person__isnull=False)
    people = Person.objects.filter(pk__in=posts.values("user__person")).select_related("home_station__county")
    return list(people.order_by("full_name", "pk"))


def classes_to_join(station: Station, learner: Person) -> QuerySet[ClassRun]:
    """The classes of a station that take learners and that this person is not in, under whichever record."""
    records = Person.objects.of_people(learner.pk).values("pk")
    joined = Enrolment.objects.exclude(status=Enrolment.Status.WITHDRAWN).filter(learner__in=records)
    rows = ClassRun.objects.live().filter(station=station).exclude(pk__in=joined.values("run"))
    return rows.select_related("course", "station__county", "teacher").order_by("starts_date", "pk")


def certificates_of(learners: Collection[UUID]) -> QuerySet[CourseCertificate]:
    """The certificates of these people, the newest first."""
    rows = CourseCertificate.objects.filter(learner__in=learners).select_related("course", "run__station")
    return rows.order_by("-issued_date", "-pk")


def verified(token: str) -> CourseCertificate | None:
    """The certificate with this token, if there is one."""
    rows = CourseCertificate.objects.select_related("course", "learner__home_station__county", "run__station")
    return rows.filter(token=token).first()


@dataclass(frozen=True, slots=True)
class RollLine:
    """A learner on a roll call: the mark that counts, and what else is to be known."""

    learner: Person
    enrolment: Enrolment
    mark: AttendanceRecord | None
    #: Another roll call that does not count says something else.
    other: AttendanceRecord | None
    has_consent: bool


def roll_of(session: ClassSession) -> list[RollLine]:
    """Everyone enrolled, by name, with their marks; three statements."""
    enrolments = enrolled_in(session.run)
    marks: dict[UUID, AttendanceRecord] = {}
    others: dict[UUID, AttendanceRecord] = {}
    for row in AttendanceRecord.objects.filter(session=session).order_by("received_at", "pk"):
        (marks if row.is_current else others)[row.learner_id] = row
    minors = {each.learner_id for each in enrolments if each.is_minor}
    agreed = agreed_on(minors, EDUCATION_RECORD, day_in(session.run.station.zone, session.slot.starts_at))
    return [
        RollLine(
            learner=each.learner,
            enrolment=each,
            mark=marks.get(each.learner_id),
            other=others.get(each.learner_id) if session.differs else None,
            has_consent=not each.is_minor or each.learner_id in agreed,
        )
        for each in enrolments
    ]


def county_taught_in(user: User, verb: str) -> Division:
    """The county in which a post of this user carries the verb. Raises `PermissionDenied` without one."""
    divisions = [post.division_id for post in posts_granting(user, verb) if post.reach == "region"]
    found = Division.objects.filter(pk__in=divisions, level="county").order_by("pk").first()
    if found is None:
        raise PermissionDenied
    return found


def marks_of(enrolment: Enrolment) -> list[AttendanceRecord]:
    """The marks of a learner that count, lesson by lesson."""
    rows = AttendanceRecord.objects.filter(session__run=enrolment.run_id, learner=enrolment.learner_id, is_current=True)
    return list(rows.select_related("session__lesson", "session__slot").order_by("session__slot__starts_at"))
