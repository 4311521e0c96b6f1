"""Packages of a course, where learners are in them, and who shows them to learners."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from core.days import day_in
from education.courses.models import ClassRun, Enrolment
from education.packages.models import ContentPackage, ScormState
from education.safeguarding.purposes import EDUCATION_RECORD
from education.safeguarding.queries import Agreements
from stations.accounts.models import Post, Role, User
from stations.people.queries import standing_record


@dataclass(frozen=True, slots=True)
class PackageResult:
    """A package of a learner's course, and where the learner is in it."""

    enrolment: UUID
    package: ContentPackage
    state: ScormState | None


def packages() -> QuerySet[ContentPackage]:
    """With their courses."""
    return ContentPackage.objects.select_related("lesson__course", "author", "approved_by", "blocked_by")


def packages_of(*enrolments: Enrolment) -> list[PackageResult]:
    """For each learner of a class those that the learner can play or has played, in the order of the lessons.

    Two statements for any number of classes.
    """
    rows = packages().filter(lesson__course__in={each.run.course_id for each in enrolments})
    by_course: dict[UUID, list[ContentPackage]] = {}
    for package in rows.exclude(status=ContentPackage.Status.DRAFT).order_by("lesson__position", "pk"):
        by_course.setdefault(package.lesson.course_id, []).append(package)
    begun = ScormState.objects.filter(enrolment__in=enrolments)
    states: dict[tuple[UUID, UUID], ScormState] = {(state.enrolment_id, state.package_id): state for state in begun}
    found = [
        PackageResult(each.pk, package, states.get((each.pk, package.pk)))
        for each in enrolments
        for package in by_course.get(each.run.course_id, [])
    ]
    return [each for each in found if each.state or each.package.status == ContentPackage.Status.OFFERED]


def with_packages(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Each enrolment once for each package of its course that is played, or that its learner has begun.

    `package` and `package_title` say which, and `reached` the status of the learner there.
    """
    package = "run__course__lessons__packages"
    begun = ScormState.objects.filter(enrolment=OuterRef("pk"), package=OuterRef(f"{package}__pk"))
    paired = rows.annotate(
        package=F(f"{package}__pk"),
        package_title=F(f"{package}__title"),
        package_status=F(f"{package}__status"),
        reached=Subquery(begun.values("status")[:1]),
    )
    shown = paired.filter(Q(package_status=ContentPackage.Status.OFFERED) | Q(reached__isnull=False))
    return shown.select_related("run__course", "run__station", "learner")


def with_results(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """The same with `score_bp` and `seconds_spent`, which nobody has who has not begun."""
    begun = ScormState.objects.filter(enrolment=OuterRef("pk"), package=OuterRef("package"))
    return with_packages(rows).annotate(
        score_bp=Subquery(begun.values("score_bp")[:1]), seconds_spent=Subquery(begun.values("seconds_spent")[:1])
    )


def states() -> QuerySet[ScormState]:
    """With the class, the learner and the package."""
    return ScormState.objects.select_related(
        "package__lesson__course", "enrolment__run__station__county", "enrolment__learner__home_station__county"
    )


def has_consent(enrolment: Enrolment, *, at: dt.datetime) -> bool:
    """Whether a guardian's consent holds today for a learner who is a minor."""
    learner, today = standing_record(enrolment.learner), day_in(enrolment.run.station.zone, at)
    return not Agreements([learner], EDUCATION_RECORD).is_missing(learner, today)


def goes_on(state: ScormState) -> bool:
    """Whether the learner can go on: the package is offered, and the learner is in the class."""
    is_learning = state.enrolment.status == Enrolment.Status.ENROLLED
    return is_learning and state.package.status == ContentPackage.Status.OFFERED


def those_who_show(package: ContentPackage, *, at: dt.datetime) -> QuerySet[User]:
    """Its author, and of each class that goes on in its course the teacher and the people of the station."""
    classes = ClassRun.objects.live().filter(course=package.lesson.course_id)
    posts = Post.objects.live(at).filter(role__in=[Role.PARTNER, Role.HELPER], station__in=classes.values("station"))
    is_reader = Q(pk=package.author_id) | Q(pk__in=posts.values("user")) | Q(person__in=classes.values("teacher"))
    return User.objects.filter(is_reader, is_active=True).order_by("pk")
