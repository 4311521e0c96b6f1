"""Children, guardians, consents and vetted adults for tests, made by the services that make them in the field."""

import datetime as dt
import itertools
from typing import Any

from django.utils.timezone import now

from core.database.db import present
from core.days import day_in
from education.courses.models import ClassRun, ClassSession, Course, Enrolment
from education.courses.queries import sessions_of
from education.courses.services import (
    CourseDraft,
    LessonPlan,
    approve_course,
    draft_course,
    enrol_learner,
    open_class,
    open_class_session,
    submit_course,
)
from education.libraries.models import Copy, Library
from education.libraries.services import add_copies, open_library
from education.safeguarding.models import Vetting
from education.safeguarding.services import confirm_vetting, record_vetting
from stations.network.models import Station
from stations.people.models import Consent, Person
from stations.people.queries import text_of_the_day
from stations.people.services import record_consent
from stations.places.models import Division
from tests.factories.finance import switch_on
from tests.factories.people import guardian_of, resident
from tests.factories.stations import (
    PostFactory,
    StationFactory,
    UserFactory,
    county_clerk_of,
    county_manager_of,
    partner_of,
)

_numbers = itertools.count(1)


def child_of(station: Station | None = None, *, age: int = 9, name: str = "", guardian: bool = True) -> Person:
    """A child of so many whole years with a confirmed grandmother."""
    station = station or StationFactory()
    born = day_in(station.zone, now()) - dt.timedelta(days=age * 365 + 200)
    child = resident(name or f"小宝{next(_numbers)}", station, birth_date=born, birth_precision="day")
    if guardian:
        grandmother = resident("王秀英", station, birth_date=dt.date(1955, 3, 8), birth_precision="day")
        guardian_of(child, grandmother)
    return child


def agreed(child: Person, purpose: str = "education_record", *, at: dt.datetime | None = None) -> Consent:
    """The guardian's consent to a purpose."""
    at = at or now()
    station = child.home_station
    text = present(text_of_the_day(purpose=purpose, language="zh-hans", day=day_in(station.zone, at)))
    by = partner_of(station)
    return record_consent(person=child, text=text, manner="signature", station=station, by=by, at=at)


def vetted(person: Person, *, until: dt.date, kinds: tuple[str, ...] = ("identity", "police_record")) -> list[Vetting]:
    """Checks of an adult, valid from long ago through this day."""
    manager = county_manager_of(person.home_station.county)
    made = [
        record_vetting(
            person=person,
            kind=kind,
            issued_date=dt.date(2020, 1, 1),
            valid_to_date=until,
            by=UserFactory(),
            at=now(),
        )
        for kind in kinds
    ]
    return [confirm_vetting(vetting=vetting, by=manager, at=now()) for vetting in made]


def library_at(station: Station) -> Library:
    """The library of this station."""
    switch_on(station, "library")
    return open_library(station=station, by=county_clerk_of(station.county), at=now())


def books(library: Library, count: int = 1, *, isbn: str = "", title: str = "夏洛的网", **values: Any) -> list[Copy]:
    """New copies of a title in this library."""
    return add_copies(
        library=library,
        title=title,
        isbn=isbn,
        copies=count,
        by=partner_of(library.station),
        at=values.pop("at", now()),
        **values,
    )


def course_of(place: Division, *, minutes: tuple[int, ...] = (40, 40), approved: bool = True, **values: Any) -> Course:
    """A course of a county with lessons of so many minutes, put together by a teacher and approved by a manager."""
    teacher = PostFactory(role="teacher", division=place).user
    lessons = [LessonPlan(f"第{number}课", length) for number, length in enumerate(minutes, start=1)]
    code = values.pop("code", f"ENG{next(_numbers)}")
    about = {"title": "英语一", "subject": "english", "audience": "child", **values}
    draft = CourseDraft(code=code, lessons=lessons, **about)
    course = submit_course(course=draft_course(county=place, draft=draft, by=teacher, at=now()), by=teacher, at=now())
    return approve_course(course=course, by=county_manager_of(place), at=now()) if approved else course


def teacher_of(station: Station, *, until: dt.date | None = None) -> Person:
    """An adult whose checks hold for two years, or through this day."""
    person = resident("林雨晴", station, birth_date=dt.date(1985, 4, 6), birth_precision="day")
    vetted(person, until=until or day_in(station.zone, now()) + dt.timedelta(days=700))
    return person


def class_at(station: Station, *, course: Course | None = None, seats: int = 30, **values: Any) -> ClassRun:
    """A class at a station: its lessons begin an hour from now and a week apart, unless `starts` says when."""
    course = course or course_of(station.county)
    switch_on(station, "skills_training" if course.is_training else "super_classroom")
    first, count = now() + dt.timedelta(hours=1), course.lessons.count()
    starts = values.pop("starts", [first + dt.timedelta(days=7 * number) for number in range(count)])
    return open_class(
        course=course,
        station=station,
        teacher=values.pop("teacher", None) or teacher_of(station),
        mode=values.pop("mode", "online"),
        seats=seats,
        starts=starts,
        by=partner_of(station),
        at=values.pop("at", now()),
    )


def training_at(station: Station, *, audience: str = "farmer", **values: Any) -> ClassRun:
    """A training at a station."""
    course = values.pop("course", None) or course_of(station.county, audience=audience, title="手机开网店")
    return class_at(station, course=course, **values)


def farmer_of(station: Station, *, phone: str = "") -> Person:
    """A resident who is of age."""
    name = f"赵{next(_numbers)}"
    return resident(name, station, birth_date=dt.date(1980, 5, 6), birth_precision="day", phone=phone)


def learner_of(run: ClassRun, child: Person | None = None, *, at: dt.datetime | None = None) -> Enrolment:
    """A child with a guardian's consent in this class."""
    child = child or child_of(run.station)
    agreed(child, at=at)
    return enrol_learner(run=run, learner=child, by=partner_of(run.station), at=at or now())


def begun(run: ClassRun, *, number: int = 0) -> ClassSession:
    """A lesson of the class, begun at its time with the partner in the room."""
    session = list(sessions_of(run))[number]
    worker = resident("孙小芹", run.station, birth_date=dt.date(1980, 1, 1), birth_precision="day")
    partner = UserFactory(person=worker)
    PostFactory(user=partner, role="partner", station=run.station)
    return open_class_session(session=session, adult=worker, by=partner, at=session.slot.starts_at)
