"""The lists of content packages: those of the county, and what learners of classes have done in them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from education.courses.models import Enrolment
from education.packages.display import status_of_package, status_of_state, words_of_state
from education.packages.models import DONE, READ, READ_RESULT, ContentPackage, ScormState
from education.packages.queries import packages, with_packages
from stations.lists import StationList
from stations.people.masking import mask_name
from stations.requests import signed_in


class Packages(ListPage):
    """The packages of the county's courses."""

    name, grant = "packages:packages", READ
    title = gettext_lazy("Content packages")
    headings = {
        "name": gettext_lazy("Content package"),
        "what": gettext_lazy("Course and lesson"),
        "state": gettext_lazy("State"),
    }
    order = ("-pk",)
    search = gettext_lazy("Title of the package or of the course")
    states = (
        State("offered", gettext_lazy("can be played"), Q(status="offered")),
        State("in_review", gettext_lazy("to be approved"), Q(status="in_review")),
        State("draft", gettext_lazy("drafts"), Q(status="draft")),
        State("closed", pgettext_lazy("package", "closed"), Q(status="closed")),
        State("blocked", gettext_lazy("blocked"), Q(status="blocked")),
    )
    empty = Empty(
        gettext_lazy("No content packages here."),
        gettext_lazy("Teachers bring them from the page of a course."),
        "book",
    )

    def rows(self, request: HttpRequest) -> QuerySet[ContentPackage]:
        """Those of the reader's county."""
        within = ContentPackage.objects.open_to(signed_in(request), self.grant)
        return packages().filter(pk__in=within.values("pk"))

    def found(self, words: str) -> Q:
        """By a title."""
        return Q(title__icontains=words) | Q(lesson__course__title__icontains=words)

    def row(self, row: ContentPackage, known: None) -> Row:
        """For which lesson."""
        about = {"course": row.lesson.course.title, "lesson": row.lesson.title}
        return Row(
            name=row.title,
            href=reverse("packages:package", args=[row.pk]),
            what=_("%(course)s · %(lesson)s") % about,
            status=status_of_package(row),
            words=row.get_status_display(),
        )


class Results(StationList):
    """Each learner with each package of the own class; names are masked until a learner is opened."""

    name, grant = "packages:results", READ_RESULT
    title = gettext_lazy("Content packages of learners")
    place = "run__station"
    headings = {
        "name": gettext_lazy("Learner"),
        "what": gettext_lazy("Content package"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("First lesson"),
        "state": gettext_lazy("State"),
    }
    order = ("-run__starts_date", "run_id", "package", "pk")
    search = gettext_lazy("Title of the package or of the course")
    states = (
        State("unopened", gettext_lazy("not opened"), Q(reached=None)),
        State("open", gettext_lazy("begun"), Q(reached="initialized")),
        State("done", gettext_lazy("done"), Q(reached__in=DONE)),
    )
    empty = Empty(gettext_lazy("No learner has a content package to play."), icon="book")

    def rows(self, request: HttpRequest) -> QuerySet[Enrolment]:
        """Learners of the reader's station, or of the own classes of a teacher."""
        return with_packages(Enrolment.objects.open_to(signed_in(request), self.grant).seated())

    def found(self, words: str) -> Q:
        """By a title."""
        return Q(package_title__icontains=words) | Q(run__course__title__icontains=words)

    def known(self, rows: Sequence[Enrolment], request: HttpRequest) -> dict[tuple[UUID, UUID], ScormState]:
        """Where each is in the packages."""
        found = ScormState.objects.filter(enrolment__in={row.pk for row in rows})
        return {(state.enrolment_id, state.package_id): state for state in found}

    def row(self, row: Any, known: dict[tuple[UUID, UUID], ScormState]) -> Row:
        """How far the learner is, with score and minutes."""
        state = known.get((row.pk, row.package))
        about = {"course": row.run.course.title, "package": row.package_title}
        return Row(
            name=mask_name(row.learner.full_name),
            href=reverse("packages:learner", args=[row.pk]),
            what=_("%(course)s · %(package)s") % about,
            where=row.run.station.name,
            at=row.run.starts_date,
            status=status_of_state(state),
            words=words_of_state(state),
        )


PACKAGES, RESULTS = Packages(), Results()
