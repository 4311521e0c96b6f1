"""The Super Classroom of the story's station: a class that is over, one that goes on, a course to approve, a draft."""

import datetime as dt
from uuid import UUID

from core.fields import uuid7
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.stations import STORY, Cast
from education.courses.models import ClassRun, ClassSession, Course
from education.courses.queries import sessions_of
from education.courses.services import (
    CourseDraft,
    LessonPlan,
    Mark,
    approve_course,
    call_roll,
    close_class_session,
    draft_course,
    end_sessions,
    enrol_learner,
    join_broadcast,
    lose_link,
    open_class,
    open_class_session,
    see_link,
    submit_course,
)
from education.safeguarding.services import confirm_vetting, record_vetting
from stations.models import Person, Station
from stations.people.queries import confirmed_guardians
from stations.people.services import register_person

DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)
WEATHER = [LessonPlan("天气", 40), LessonPlan("我的家", 40)]
ANIMALS = [LessonPlan("动物", 40), LessonPlan("水果", 40), LessonPlan("上学去", 40)]


def load_courses(cast: Cast, *, at: dt.datetime) -> None:
    """Courses of the county, classes of the station."""
    station = next(each for each in cast.village_stations if each.code == STORY)
    teacher = _teacher(cast, station, at=at - 30 * DAY)
    cast.teachers[0].person = teacher
    cast.teachers[0].save(update_fields=["person"])
    first = _approved(cast, station, "ENG1", "英语一", WEATHER, at=at - 25 * DAY)
    second = _approved(cast, station, "ENG2", "英语二", ANIMALS, at=at - 25 * DAY)
    _submitted(cast, station, "ART1", "画画入门", WEATHER, at=at - 2 * DAY)
    draft_course(
        county=station.county,
        draft=CourseDraft(code="SCI1", title="身边的科学", subject="science", audience="child", lessons=WEATHER),
        by=cast.teachers[0],
        at=at - DAY,
    )
    children = list(Person.objects.filter(home_station=station, child_file__isnull=False).order_by("pk"))
    over = _class(cast, first, station, teacher, children[:2], [at - 15 * DAY, at - 12 * DAY], at=at - 19 * DAY)
    for session in sessions_of(over):
        _teach(cast, session, children, absent=children[1].pk)
    end_sessions(at=at - 11 * DAY)
    starts = [at - 5 * DAY, at - 10 * MINUTE, at + 7 * DAY]
    running = _class(cast, second, station, teacher, children[:4], starts, at=at - 8 * DAY)
    before, now_on, _later = sessions_of(running)
    _teach(cast, before, children)
    close_class_session(session=before, by=cast.helpers[station.pk], at=before.slot.ends_at)
    _begin(cast, now_on, children)
    _broadcast(cast, first, station, teacher, children, at=at)
    _running_broadcast(cast, first, station, at=at)


def _broadcast(
    cast: Cast, course: Course, station: Station, teacher: Person, children: list[Person], *, at: dt.datetime
) -> None:
    """Two rooms: this morning's lesson with a link that was lost for five minutes, and a room that nobody opened."""
    beside = next(each for each in cast.village_stations if each.county_id == station.county_id and each != station)
    partner, opened = cast.partners[station.pk], at - 3 * DAY
    run = open_class(
        course=course,
        station=station,
        teacher=teacher,
        mode="broadcast",
        seats=20,
        starts=[at - 3 * HOUR, at + 5 * DAY - 3 * HOUR],
        by=partner,
        at=opened,
    )
    join_broadcast(run=run, station=beside, seats=20, by=cast.partners[beside.pk], at=opened)
    for child in children[2:4]:
        enrol_learner(run=run, learner=child, by=partner, at=opened)
    session, _later = sessions_of(run)
    _teach(cast, session, children[2:4])
    begins, helper = session.slot.starts_at, cast.helpers[station.pk]
    see_link(session=session, by=helper, at=begins)
    lose_link(session=session, by=helper, at=begins + 20 * MINUTE)
    see_link(session=session, by=helper, at=begins + 25 * MINUTE)
    close_class_session(session=session, by=helper, at=session.slot.ends_at)


def _running_broadcast(cast: Cast, course: Course, station: Station, *, at: dt.datetime) -> None:
    """Two other rooms, ten minutes into their lesson: one sees its teacher, the other is not open yet."""
    beside = [each for each in cast.village_stations if each.county_id == station.county_id and each != station]
    first = next(each for each in beside if each.pk in cast.helpers)
    second = next(each for each in beside if each != first)
    partner, helper, opened = cast.partners[first.pk], cast.helpers[first.pk], at - 3 * DAY
    helper.person = register_person(
        station=first, full_name="何秀兰", birth_date=dt.date(1988, 4, 2), birth_precision="day",
        confirmed_new=True, by=partner, at=at - 30 * DAY,
    )  # fmt: skip
    helper.save(update_fields=["person"])
    run = open_class(
        course=course,
        station=first,
        teacher=_teacher(cast, first, name="许若兰", at=at - 30 * DAY),
        mode="broadcast",
        seats=20,
        starts=[at - 10 * MINUTE, at + 5 * DAY - 10 * MINUTE],
        by=partner,
        at=opened,
    )
    join_broadcast(run=run, station=second, seats=20, by=cast.partners[second.pk], at=opened)
    session = sessions_of(run)[0]
    begins = session.slot.starts_at
    open_class_session(session=session, adult=helper.person, by=helper, at=begins)
    see_link(session=session, by=helper, at=begins)


def _teacher(cast: Cast, station: Station, *, at: dt.datetime, name: str = "林雨晴") -> Person:
    """A teacher with both checks."""
    person = register_person(
        station=station, full_name=name, birth_date=dt.date(1990, 6, 1), birth_precision="day",
        confirmed_new=True, by=cast.partners[station.pk], at=at,
    )  # fmt: skip
    for kind in ("identity", "police_record"):
        made = record_vetting(
            person=person,
            kind=kind,
            issued_date=day_of(at) - 60 * DAY,
            valid_to_date=day_of(at) + 700 * DAY,
            by=cast.clerks[station.county_id],
            at=at,
        )
        confirm_vetting(vetting=made, by=cast.managers[station.county_id], at=at)
    return person


def _submitted(
    cast: Cast, station: Station, code: str, title: str, lessons: list[LessonPlan], *, at: dt.datetime
) -> Course:
    subject = "art" if code.startswith("ART") else "english"
    draft = CourseDraft(
        code=code, title=title, subject=subject, audience="child", age_from=6, age_to=13, lessons=lessons
    )
    course = draft_course(county=station.county, draft=draft, by=cast.teachers[0], at=at)
    return submit_course(course=course, by=cast.teachers[0], at=at)


def _approved(
    cast: Cast, station: Station, code: str, title: str, lessons: list[LessonPlan], *, at: dt.datetime
) -> Course:
    course = _submitted(cast, station, code, title, lessons, at=at)
    return approve_course(course=course, by=cast.managers[station.county_id], at=at)


def _class(
    cast: Cast,
    course: Course,
    station: Station,
    teacher: Person,
    children: list[Person],
    starts: list[dt.datetime],
    *,
    at: dt.datetime,
) -> ClassRun:
    partner = cast.partners[station.pk]
    run = open_class(
        course=course, station=station, teacher=teacher, mode="online", seats=30, starts=starts, by=partner, at=at
    )
    for child in children:
        enrol_learner(run=run, learner=child, by=partner, at=at)
    return run


def _begin(cast: Cast, session: ClassSession, children: list[Person]) -> ClassSession:
    """The lesson begins; the children's grandmother is in the room."""
    starts = session.slot.starts_at
    [grandmother] = confirmed_guardians(children[0], day_of(starts))[:1]
    helper = cast.helpers[session.run.station_id]
    return open_class_session(session=session, adult=grandmother, by=helper, at=starts)


def _teach(cast: Cast, session: ClassSession, children: list[Person], *, absent: UUID | None = None) -> None:
    session = _begin(cast, session, children)
    starts = session.slot.starts_at
    learners = session.run.enrolments.values_list("learner", flat=True)
    marks = [Mark(uuid7(), each, "absent" if each == absent else "present", starts) for each in learners]
    call_roll(session=session, marks=marks, by=cast.helpers[session.run.station_id], at=starts + 5 * MINUTE)
