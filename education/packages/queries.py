"""Packages of a course, and where learners are in them."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from education.courses.models import Enrolment
from education.packages.models import ContentPackage, ScormState


@dataclass(frozen=True, slots=True)
class PackageResult:
    """A package of a learner's course, and where the learner is in it."""

    package: ContentPackage
    state: ScormState | None


def packages() -> QuerySet[ContentPackage]:
    """With their courses."""
    return ContentPackage.objects.select_related("lesson__course", "author")


def packages_of(enrolment: Enrolment) -> list[PackageResult]:
    """Those that the learner can play or has played, in the order of the lessons; two statements."""
    rows = packages().filter(lesson__course=enrolment.run.course_id).exclude(status=ContentPackage.Status.DRAFT)
    states: dict[UUID, ScormState] = {
        state.package_id: state for state in ScormState.objects.filter(enrolment=enrolment)
    }
    found = [PackageResult(each, states.get(each.pk)) for each in rows.order_by("lesson__position", "pk")]
    return [each for each in found if each.state or each.package.status == ContentPackage.Status.OFFERED]


def states() -> QuerySet[ScormState]:
    """With the class, the learner and the package."""
    return ScormState.objects.select_related(
        "package__lesson__course", "enrolment__run__station__county", "enrolment__learner__home_station__county"
    )


def goes_on(state: ScormState) -> bool:
    """Whether the learner can go on: the package is offered, and the learner is in the class."""
    is_learning = state.enrolment.status == Enrolment.Status.ENROLLED
    return is_learning and state.package.status == ContentPackage.Status.OFFERED
