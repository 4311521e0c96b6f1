"""Learning: lists of a station with a thousand courses and 8,000 learners, and minutes of a million events."""

from collections.abc import Iterator

from django.db import connection
from django.urls import reverse

from benchmarks import databases, filling, pages, sites
from benchmarks.lines import Line, Scale
from education.courses.queries import minutes_of
from education.models import ClassRun
from stations.models import User

STATION = "321324-0003"
MILLISECONDS, STATEMENTS, SECONDS = 300, 10, 10
#: Of each class that is made, and how many stretches of recordings each learner has watched.
LEARNERS_OF_A_CLASS, WATCHED = 40, 125
TABLES = (
    "education_course",
    "education_lesson",
    "education_classrun",
    "education_enrolment",
    "education_learningevent",
)

# Past the services, for the size of the tables only: on a database to be dropped. Residents learn in classes of the
# station, forty in each; the same residents are in a class that is over, whose minutes are added up.
_FILL = """
CREATE TEMPORARY TABLE learner AS
SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM stations_person
 WHERE merged_into_id IS NULL ORDER BY id LIMIT %(learners)s;
CREATE TEMPORARY TABLE made AS SELECT n, uuidv7() AS course, uuidv7() AS run FROM generate_series(1, %(courses)s) AS n;
INSERT INTO education_course (id, created_at, updated_at, code, version, county_id, title, subject, audience, age_from,
                              age_to, minutes_required_bp, gives_certificate, certificate_months, status, author_id,
                              submitted_at, approved_by_id, approved_at)
SELECT made.course, now(), now(), 'BM' || n, 1, county_id, title || ' ' || n, subject, audience, age_from, age_to,
       minutes_required_bp, gives_certificate, certificate_months, status, author_id, submitted_at, approved_by_id,
       approved_at
  FROM made, education_course AS model WHERE model.code = 'ENG1';
INSERT INTO education_lesson (created_at, updated_at, course_id, position, title, planned_minutes, has_recording)
SELECT now(), now(), made.course, position, lesson.title, planned_minutes, has_recording
  FROM made, education_lesson AS lesson JOIN education_course AS model ON model.id = lesson.course_id
 WHERE model.code = 'ENG1';
INSERT INTO education_classrun (id, created_at, updated_at, course_id, station_id, teacher_id, mode, seats, seats_taken,
                                starts_date, ends_date, status, opened_by_id, reason)
SELECT made.run, now(), now(), made.course, station_id, teacher_id, 'online', 60, %(size)s, starts_date, ends_date,
       'running', opened_by_id, ''
  FROM made, education_classrun AS model WHERE model.id = %(over)s AND n <= %(learners)s / %(size)s;
INSERT INTO education_enrolment (id, created_at, updated_at, run_id, learner_id, is_minor, requested_at, status)
SELECT uuidv7(), now(), now(), made.run, learner.id, false, now(), 'enrolled'
  FROM learner JOIN made ON made.n = 1 + learner.n / %(size)s WHERE made.n <= %(learners)s / %(size)s;
INSERT INTO education_enrolment (id, created_at, updated_at, run_id, learner_id, is_minor, requested_at, ended_at,
                                 status)
SELECT uuidv7(), now(), now(), %(over)s, learner.id, false, now(), now(), 'completed' FROM learner
    ON CONFLICT DO NOTHING;
INSERT INTO education_learningevent (event_id, created_at, updated_at, learner_id, lesson_id, seconds_from, seconds_to,
                                     recorded_by_id, made_at, received_at)
SELECT uuidv7(), now(), now(), learner.id, lesson.id, stretch * 17 %% 2000, stretch * 17 %% 2000 + 60, %(by)s,
       now(), now()
  FROM learner, generate_series(1, %(watched)s) AS stretch
  JOIN LATERAL (SELECT lesson.id FROM education_classrun AS run JOIN education_lesson AS lesson USING (course_id)
                 WHERE run.id = %(over)s ORDER BY position OFFSET stretch %% 2 LIMIT 1) AS lesson ON true
"""


def measure(scale: Scale) -> Iterator[Line]:
    """Lists of the station's partner, and the minutes of a class in whose lessons a million stretches were watched."""
    learners = scale.of(tiny=80, quick=2_000, full=8_000)
    with sites.loaded("education", scale, residents=max(600, learners), bills=2) as name:
        courses = scale.of(tiny=10, quick=300, full=1_000)
        over = ClassRun.objects.filter(station__code=STATION, status="completed", course__code="ENG1").earliest("pk")
        made = _fill(name, over, courses=courses, learners=learners)
        yield from _lists(scale, courses=courses, learners=learners)
        yield _minutes(over, made)


def _fill(name: str, over: ClassRun, *, courses: int, learners: int) -> int:
    partner = User.objects.get(username="partner")
    values = {"courses": courses, "learners": learners, "size": LEARNERS_OF_A_CLASS, "watched": WATCHED}
    with filling.without_triggers(*TABLES, database=name):
        filling.fill(_FILL, database=name, over=over.pk, by=partner.pk, **values)
    databases.as_owner(f"VACUUM ANALYZE {', '.join(TABLES)}", database=name)
    connection.close()
    return learners * WATCHED


def _lists(scale: Scale, *, courses: int, learners: int) -> Iterator[Line]:
    shown = ClassRun.objects.filter(station__code=STATION, status="running", course__code="BM1").get()
    addresses = {
        f"catalogue of {courses:,} courses, p95": [
            reverse("courses:courses"),
            f"{reverse('courses:courses')}?q=BM7",
        ],
        f"classes of {learners:,} learners, p95": [reverse("courses:classes")],
        f"a class of {LEARNERS_OF_A_CLASS} among them, p95": [reverse("courses:class", args=[shown.pk])],
    }
    with pages.read_by("partner") as client:
        for words, paths in addresses.items():
            looks = pages.looked_at(client, paths, times=scale.looks(20))
            is_met = looks.wall <= MILLISECONDS and looks.statements <= STATEMENTS
            seen = f"{looks.statements} statements, {looks.processor:.0f} ms of processor time"
            yield Line(words, f"{looks.wall:.0f} ms", f"<= {MILLISECONDS} ms, {STATEMENTS}", is_met, limit=seen)


def _minutes(over: ClassRun, events: int) -> Line:
    """Every learner of the class at once, each second once however often it was watched."""
    with sites.stopwatch() as watch:
        minutes = minutes_of(over)
    if not minutes:
        raise RuntimeError("nobody has learnt a minute")
    words = f"minutes of {len(minutes):,} learners, {events:,} events"
    return Line(words, f"{watch.seconds:.2f} s", f"<= {SECONDS} s", watch.seconds <= SECONDS)
