"""The classes of the station whose learners can open their own pages."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.web.list_filters import State
from core.web.lists import Empty, Row
from education.courses.models import ClassRun, Enrolment
from education.courses.models.classes import READ_ROLL
from education.learners.models import LearnerPictures, LearnerScreen
from stations.lists import StationList
from stations.people.models import StandingRecord
from stations.requests import signed_in


class LearnerClasses(StationList):
    """Running classes, with the screens that are open and the learners who are locked out."""

    name, grant = "learners:classes", READ_ROLL
    title = gettext_lazy("Learners’ pages")
    headings = {
        "name": gettext_lazy("School class"),
        "what": gettext_lazy("Learners"),
        "where": gettext_lazy("Station"),
        "state": gettext_lazy("State"),
    }
    order = ("-starts_date", "-pk")
    states = (
        State("running", gettext_lazy("running"), Q(status="running")),
        State("locked", gettext_lazy("a learner is locked out"), Q(status="running", locked=True)),
    )
    state = "running"
    empty = Empty(
        gettext_lazy("No running class here."),
        gettext_lazy("Learners open their pages from the first lesson of a class to its last one."),
        "school",
    )

    def rows(self, request: HttpRequest) -> QuerySet[ClassRun]:
        """Those of the reader's station."""
        locked_out = LearnerPictures.objects.locked().values("learner")
        seats = Enrolment.objects.filter(run=OuterRef("pk"), status=Enrolment.Status.ENROLLED)
        seated = seats.annotate(person=StandingRecord("learner")).filter(person__in=locked_out)
        screens = LearnerScreen.objects.open().filter(run=OuterRef("pk"))
        rows = ClassRun.objects.open_to(signed_in(request), self.grant)
        return rows.annotate(locked=Exists(seated), shown=Exists(screens)).select_related("course", "station")

    def row(self, row: ClassRun, known: None) -> Row:
        """Whether a screen is open, and whether somebody waits for help."""
        learners = ngettext("%(count)s learner", "%(count)s learners", row.seats_taken) % {"count": row.seats_taken}
        colour, words = ("ok", _("screen open")) if getattr(row, "shown", False) else ("info", _("no screen open"))
        if getattr(row, "locked", False):
            colour, words = "bad", _("a learner is locked out")
        return Row(
            name=row.course.title,
            href=reverse("learners:class", args=[row.pk]),
            what=learners,
            where=row.station.name,
            status=colour,
            words=words,
        )


LEARNER_CLASSES = LearnerClasses()
