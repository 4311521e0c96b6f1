"""The list of content packages of the county."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from education.packages.display import status_of_package
from education.packages.models import READ, ContentPackage
from education.packages.queries import packages
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
        State("draft", gettext_lazy("drafts"), Q(status="draft")),
        State("closed", gettext_lazy("closed"), Q(status="closed")),
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


PACKAGES = Packages()
