"""The form of statements: the Experience API, version 1.0.3, with verbs of ADL's vocabulary."""

import datetime as dt
from typing import NotRequired, TypedDict
from uuid import UUID, uuid5

from django.conf import settings

from core.instants import for_programs
from education.courses.models import Course, Lesson
from education.packages.models import ContentPackage
from education.quizzes.models import Quiz
from education.statements.models import RecordStore, Statement
from stations.accounts.models import User

VERSION = "1.0.3"
#: The account under which the system itself speaks: only it takes statements back.
OWN_ACCOUNT = "ecomnet"
_ADL = "http://adlnet.gov/expapi"
VERBS = {
    Statement.Kind.ATTENDED: f"{_ADL}/verbs/attended",
    Statement.Kind.EXPERIENCED: f"{_ADL}/verbs/experienced",
    Statement.Kind.COMPLETED: f"{_ADL}/verbs/completed",
    Statement.Kind.PASSED: f"{_ADL}/verbs/passed",
    Statement.Kind.FAILED: f"{_ADL}/verbs/failed",
    Statement.Kind.EARNED: "http://id.tincanapi.com/verb/earned",
    Statement.Kind.VOIDED: f"{_ADL}/verbs/voided",
}
CERTIFICATE_TYPE = "https://w3id.org/xapi/acrossx/activities/certificate"
PLAYED_SEGMENTS = "https://w3id.org/xapi/video/extensions/played-segments"


class Activity(TypedDict):
    """What was learnt; `definition` holds its type and its title in the language in which it was written."""

    objectType: str
    id: str
    definition: NotRequired[dict[str, object]]


class StatementRef(TypedDict):
    """A statement that is taken back."""

    objectType: str
    id: str


class Content(TypedDict):
    """A statement without its learner, its id and its times."""

    object: Activity | StatementRef
    result: NotRequired[dict[str, object]]
    context: NotRequired[dict[str, object]]


def rendered(statement: Statement, reader: str) -> dict[str, object]:
    """A statement as this reader is told it. Its learner is a pseudonym, and nobody is named.

    Two readers who lay side by side what they were told find neither a learner nor a statement in common.
    """
    kind = Statement.Kind(statement.kind)
    is_taken_back = kind == Statement.Kind.VOIDED
    name = OWN_ACCOUNT if is_taken_back else str(name_for(statement.actor_id, reader))
    told = {
        "id": str(id_for(statement, statement.pk, reader)),
        "version": VERSION,
        "actor": {"objectType": "Agent", "account": {"homePage": settings.ECOMNET_PUBLIC_URL, "name": name}},
        "verb": {"id": VERBS[kind], "display": {"en-US": kind.value}},
        **statement.content,
        "timestamp": for_programs(statement.happened_at),
    }
    if is_taken_back:
        first = UUID(statement.content["object"]["id"])
        told["object"] = {**statement.content["object"], "id": str(id_for(statement, first, reader))}
    return told


def store_reader(store: RecordStore) -> str:
    """A learning record store as a reader."""
    return f"store:{store.pk}"


def user_reader(user: User) -> str:
    """A program, or somebody in the administration, as a reader: by the login."""
    return f"user:{user.pk}"


def name_for(pseudonym: UUID, reader: str) -> UUID:
    """The name of a learner for one reader, always the same; without the secret pseudonym nobody works it out."""
    return uuid5(pseudonym, reader)


def id_for(statement: Statement, pk: UUID, reader: str) -> UUID:
    """The id of a statement about the same learner for one reader, always the same."""
    return uuid5(statement.actor_id, f"{reader}/{pk}")


def lesson_activity(lesson: Lesson) -> Activity:
    """A lesson of a course."""
    return _activity(f"lessons/{lesson.pk}", f"{_ADL}/activities/lesson", lesson.title)


def course_activity(course: Course) -> Activity:
    """A version of a course."""
    return _activity(f"courses/{course.code}/{course.version}", f"{_ADL}/activities/course", course.title)


def quiz_activity(quiz: Quiz) -> Activity:
    """A quiz of a lesson."""
    return _activity(f"quizzes/{quiz.pk}", f"{_ADL}/activities/assessment", quiz.title)


def package_activity(package: ContentPackage) -> Activity:
    """A content package of a lesson."""
    return _activity(f"packages/{package.pk}", f"{_ADL}/activities/module", package.title)


def certificate_activity(course: Course) -> Activity:
    """The certificate of a course, without its number: that would say whose it is."""
    return _activity(f"certificates/{course.code}/{course.version}", CERTIFICATE_TYPE, course.title)


def within(activity: Activity) -> dict[str, object]:
    """The context of what is a part of this."""
    return {"contextActivities": {"parent": [activity]}}


def duration(seconds: int) -> str:
    """A length of time as ISO 8601 writes it."""
    return f"PT{seconds}S"


def seconds_between(since: dt.datetime, until: dt.datetime) -> int:
    """Whole seconds, and none where the end lies before the beginning."""
    return max(0, int((until - since).total_seconds()))


def voiding(statement: UUID) -> tuple[UUID, Content]:
    """What takes a statement back: its id, the same however often, and its content."""
    return uuid5(statement, "voided"), {"object": {"objectType": "StatementRef", "id": str(statement)}}


def _activity(path: str, kind: str, title: str) -> Activity:
    address = f"{settings.ECOMNET_PUBLIC_URL}/xapi/{path}"
    return {"objectType": "Activity", "id": address, "definition": {"type": kind, "name": {"und": title}}}
