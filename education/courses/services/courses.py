"""A course comes about: a teacher puts it together, somebody else approves it; a change makes the next version."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.history import record_change
from core.language.reasons import needs_words
from education.courses.machine import COURSE
from education.courses.models import Course, Lesson
from scheduling.violations import refused_as
from stations.accounts.models import User
from stations.places.models import Division
from stations.two_persons import require_two_persons


class CodeTaken(Refused):
    """Another course has this code and version."""

    code = "course_code_taken"
    message = _("Another course already has this code. Choose another one.")


class CourseMayChange(Refused):
    """The lessons of a draft are written anew with each change, and what is looked at can become a draft again."""

    code = "course_may_change"
    message = _("This course is not approved yet: until then its lessons may change.")


class CourseWithoutLessons(Refused):
    """Nothing is taught in it."""

    code = "course_without_lessons"
    status = 422
    message = _("Add at least one lesson.")


@dataclass(frozen=True, slots=True)
class LessonPlan:
    """A lesson as it is put together: what, and for how many minutes."""

    title: str
    planned_minutes: int
    has_recording: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseDraft:
    """What a teacher writes of a course. Minutes needed for the certificate are basis points of those planned."""

    code: str
    title: str
    subject: str
    audience: str
    lessons: Sequence[LessonPlan]
    age_from: int | None = None
    age_to: int | None = None
    minutes_required_bp: int = 8_000
    gives_certificate: bool = True
    certificate_months: int | None = None
    version: int = 1


@refuses(CodeTaken)
@transaction.atomic
def draft_course(*, county: Division, draft: CourseDraft, by: User, at: dt.datetime) -> Course:
    """A new course of a county. Raises `CodeTaken`."""
    with refused_as({"course_has_a_version_once": CodeTaken}):
        course = Course.objects.create(county=county, author=by, code=draft.code, **_values(draft))
    _write_lessons(course, draft.lessons)
    record_change(course, old="", new=course.status, at=at, actor=by.pk)
    return course


@refuses(WrongState)
@transaction.atomic
def edit_course(*, course: Course, draft: CourseDraft, by: User, at: dt.datetime) -> Course:
    """Write a draft anew; its code and version stay."""
    course = lock(course)
    COURSE.check("edit_course", course.status)
    for name, value in _values(replace(draft, version=course.version)).items():
        setattr(course, name, value)
    course.save()
    course.lessons.all().delete()
    _write_lessons(course, draft.lessons)
    record_change(course, old=course.status, new=course.status, at=at, actor=by.pk)
    return course


@refuses(WrongState, CourseWithoutLessons)
@transaction.atomic
def submit_course(*, course: Course, by: User, at: dt.datetime) -> Course:
    """Ask for approval. Raises `CourseWithoutLessons`."""
    course = lock(course)
    COURSE.check("submit_course", course.status)
    if not course.lessons.exists():
        raise CourseWithoutLessons
    course.submitted_at = at
    return _move(course, Course.Status.IN_REVIEW, by=by, at=at)


@refuses(WrongState, SamePerson)
@transaction.atomic
def approve_course(*, course: Course, by: User, at: dt.datetime) -> Course:
    """Classes can be opened. Raises `SamePerson` for its author."""
    course = lock(course)
    COURSE.check("approve_course", course.status)
    require_two_persons(by, course.author_id)
    course.approved_by, course.approved_at = by, at
    return _move(course, Course.Status.APPROVED, by=by, at=at)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def return_course(*, course: Course, reason: str, by: User, at: dt.datetime) -> Course:
    """Back to its author, with what is missing."""
    course = lock(course)
    COURSE.check("return_course", course.status)
    return _move(course, Course.Status.DRAFT, by=by, at=at, reason=reason)


@refuses(WrongState)
@transaction.atomic
def retire_course(*, course: Course, by: User, at: dt.datetime) -> Course:
    """No new classes; those that run go on."""
    course = lock(course)
    COURSE.check("retire_course", course.status)
    return _move(course, Course.Status.RETIRED, by=by, at=at)


@refuses(WrongState, *refused_by(draft_course))
@transaction.atomic
def revise_course(*, course: Course, by: User, at: dt.datetime) -> Course:
    """The next version as a draft of whoever asks; running classes stay with theirs."""
    course = lock(course)
    COURSE.check("revise_course", course.status)
    newest = Course.objects.filter(code=course.code).order_by("-version")[0]
    plans = [LessonPlan(each.title, each.planned_minutes, each.has_recording) for each in course.lessons.all()]
    draft = CourseDraft(
        code=course.code,
        title=course.title,
        subject=course.subject,
        audience=course.audience,
        lessons=plans,
        age_from=course.age_from,
        age_to=course.age_to,
        minutes_required_bp=course.minutes_required_bp,
        gives_certificate=course.gives_certificate,
        certificate_months=course.certificate_months,
        version=newest.version + 1,
    )
    return draft_course(county=course.county, draft=draft, by=by, at=at)


def _values(draft: CourseDraft) -> dict[str, object]:
    return {
        "version": draft.version,
        "title": draft.title,
        "subject": draft.subject,
        "audience": draft.audience,
        "age_from": draft.age_from,
        "age_to": draft.age_to,
        "minutes_required_bp": draft.minutes_required_bp,
        "gives_certificate": draft.gives_certificate,
        "certificate_months": draft.certificate_months,
    }


def _write_lessons(course: Course, plans: Sequence[LessonPlan]) -> None:
    Lesson.objects.bulk_create(
        Lesson(
            course=course,
            position=number,
            title=plan.title,
            planned_minutes=plan.planned_minutes,
            has_recording=plan.has_recording,
        )
        for number, plan in enumerate(plans, start=1)
    )


def _move(course: Course, status: str, *, by: User, at: dt.datetime, reason: str = "") -> Course:
    before, course.status = course.status, status
    course.save()
    record_change(course, old=before, new=status, at=at, actor=by.pk, reason=reason)
    return course
