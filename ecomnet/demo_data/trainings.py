"""Trainings of the story's station: one that is over with its certificates, one to which people sign in now."""

import datetime as dt

from core.database.db import present
from core.fields import uuid7
from ecomnet.demo_data.quizzes import load_tests
from ecomnet.demo_data.stations import STORY, Cast
from education.courses.models import ClassRun, ClassSession, Course
from education.courses.queries import sessions_of
from education.courses.services import (
    CourseDraft,
    LessonPlan,
    approve_course,
    draft_course,
    end_sessions,
    enrol_learner,
    open_class,
    open_class_session,
    submit_course,
)
from education.skills.services import sign_in_learner
from orders.models import Shop
from stations.models import Person, Station
from stations.people.models import Guardianship

DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)
LEARNERS = 6


def load_trainings(cast: Cast, *, at: dt.datetime) -> None:
    """Courses for farmers of the county, and two trainings of the station."""
    station = next(each for each in cast.village_stations if each.code == STORY)
    farmers = _farmers(station)
    shop = _approved(cast, station, "SHOP1", "手机开网店", [("拍照和上架", 60), ("包装和发货", 60)], at=at - 60 * DAY)
    pear = _approved(cast, station, "PEAR1", "梨树冬季管理", [("修剪", 90), ("施肥和防冻", 90)], at=at - 28 * DAY)
    over = _training(cast, shop, station, farmers, [at - 50 * DAY, at - 49 * DAY], at=at - 54 * DAY)
    for number, session in enumerate(sessions_of(over)):
        _hold(cast, session, farmers[: LEARNERS - number])
    load_tests(cast, over, before=at - 51 * DAY, after=at - 49 * DAY + 2 * HOUR)
    end_sessions(at=at - 48 * DAY)
    now_on = _training(cast, pear, station, farmers[:4], [at - 110 * MINUTE, at + 6 * DAY], at=at - 6 * DAY)
    _hold(cast, sessions_of(now_on)[0], farmers[:3])


def _farmers(station: Station) -> list[Person]:
    """Residents who are of age and look after nobody's lessons; first those who have opened a shop."""
    born = Person.objects.filter(home_station=station, birth_date__lt=dt.date(2000, 1, 1), died_date=None)
    guardians = Guardianship.objects.values("guardian")
    others = born.exclude(pk__in=guardians).select_related("home_station__county")
    owners = Shop.objects.filter(station=station, status=Shop.Status.APPROVED).values("owner")
    first = list(others.filter(pk__in=owners).order_by("pk"))
    return [*first, *others.exclude(pk__in=owners).order_by("pk")[: LEARNERS - len(first)]]


def _approved(
    cast: Cast, station: Station, code: str, title: str, lessons: list[tuple[str, int]], *, at: dt.datetime
) -> Course:
    draft = CourseDraft(
        code=code,
        title=title,
        subject="other",
        audience="farmer",
        lessons=[LessonPlan(name, minutes, has_recording=False) for name, minutes in lessons],
        certificate_months=24,
    )
    course = draft_course(county=station.county, draft=draft, by=cast.teachers[0], at=at)
    course = submit_course(course=course, by=cast.teachers[0], at=at)
    return approve_course(course=course, by=cast.managers[station.county_id], at=at)


def _training(
    cast: Cast, course: Course, station: Station, farmers: list[Person], starts: list[dt.datetime], *, at: dt.datetime
) -> ClassRun:
    partner, teacher = cast.partners[station.pk], present(cast.teachers[0].person)
    run = open_class(
        course=course, station=station, teacher=teacher, mode="onsite", seats=20, starts=starts, by=partner, at=at
    )
    for farmer in farmers:
        enrol_learner(run=run, learner=farmer, by=partner, at=at)
    return run


def _hold(cast: Cast, session: ClassSession, farmers: list[Person]) -> None:
    """The session begins, and these sign in: the first by card, the last one late."""
    starts, helper = session.slot.starts_at, cast.helpers[session.run.station_id]
    open_class_session(session=session, adult=session.run.teacher, by=helper, at=starts - 10 * MINUTE)
    for number, farmer in enumerate(farmers):
        came_at = starts + (7 if number == len(farmers) - 1 else number - 9) * MINUTE
        method = "card" if number % 2 == 0 else "phone_tail"
        sign_in_learner(
            session=session, learner=farmer, method=method, op_id=uuid7(), came_at=came_at, by=helper, at=came_at
        )
