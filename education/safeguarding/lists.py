"""The lists of safeguarding: concerns, vettings, children's files."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, Row
from education.safeguarding.display import status_of_concern, status_of_vetting, urgency_words
from education.safeguarding.models import ChildFile, Concern, Vetting
from stations.lists import StationList
from stations.people.masking import mask_name


class Concerns(StationList):
    """What was reported in the reader's region; nobody finds what is about them."""

    name, grant = "safeguarding:concerns", "education.read_concern"
    title = gettext_lazy("Concerns about children")
    headings = {
        "name": gettext_lazy("Concern"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Reported"),
        "state": gettext_lazy("State"),
    }
    order = ("-raised_at", "-pk")
    period, days = "raised_at", 90
    states = (
        State("open", gettext_lazy("to take on"), Q(status="open"), ever=True, order=("acknowledge_due_at", "pk")),
        State("running", gettext_lazy("being looked into"), Q(status__in=["acknowledged", "referred"]), ever=True),
        State("closed", pgettext_lazy("concern", "closed"), Q(status="closed")),
    )
    empty = Empty(gettext_lazy("No concerns reported."), icon="heart")

    def rows(self, request: HttpRequest) -> QuerySet[Concern]:
        """Those within reach, but for those about the reader."""
        return Concern.objects.open_to(request.user, self.grant).select_related("station")

    def row(self, row: Concern, known: None) -> Row:
        """How urgent and about what; neither name nor words."""
        return Row(
            name=urgency_words(row),
            href=reverse("safeguarding:concern", args=[row.pk]),
            where=row.station.name,
            at=row.raised_at,
            status=status_of_concern(row),
            words=row.get_status_display(),
        )


class Vettings(StationList):
    """Checks of adults, those that end first at the top."""

    name, grant = "safeguarding:vettings", "education.read_vetting"
    title = gettext_lazy("Checks of adults")
    place = "person__home_station"
    headings = {
        "name": gettext_lazy("Name"),
        "what": gettext_lazy("Document"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Valid through"),
        "state": gettext_lazy("State"),
    }
    order = ("valid_to_date", "pk")
    states = (
        State("draft", gettext_lazy("to be checked"), Q(status="draft")),
        State("valid", gettext_lazy("checked"), Q(status="valid")),
        State("revoked", gettext_lazy("revoked"), Q(status="revoked")),
    )
    empty = Empty(
        gettext_lazy("No checks recorded."), gettext_lazy("Open a person and record the document there."), "eye"
    )

    def rows(self, request: HttpRequest) -> QuerySet[Vetting]:
        """Those of people within reach."""
        return Vetting.objects.open_to(request.user, self.grant).select_related("person__home_station")

    def row(self, row: Vetting, known: None) -> Row:
        """Who, which document, until when."""
        is_over = row.status == Vetting.Status.VALID and row.valid_to_date < timezone.localdate()
        return Row(
            name=mask_name(row.person.full_name),
            href=reverse("safeguarding:vetting", args=[row.pk]),
            what=row.get_kind_display(),
            where=row.person.home_station.name,
            at=row.valid_to_date,
            status="bad" if is_over else status_of_vetting(row),
            words=_("over") if is_over else row.get_status_display(),
        )


class Children(StationList):
    """Children's files, those that are due for review first."""

    name, grant = "safeguarding:children", "education.read_child_file"
    title = gettext_lazy("Children’s files")
    place = "child__home_station"
    headings = {
        "name": gettext_lazy("Child"),
        "what": gettext_lazy("Parents"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Next review"),
        "state": gettext_lazy("State"),
    }
    order = ("next_review_date", "pk")
    empty = Empty(
        gettext_lazy("No child’s file yet."),
        gettext_lazy("Find the child among the residents and open the file there."),
        "people",
    )

    def rows(self, request: HttpRequest) -> QuerySet[ChildFile]:
        """Those of children within reach."""
        self_rows = ChildFile.objects.open_to(request.user, self.grant)
        return self_rows.select_related("child__home_station")

    def row(self, row: ChildFile, known: None) -> Row:
        """Whose, and when somebody looks again."""
        is_due = row.next_review_date <= timezone.localdate()
        return Row(
            name=mask_name(row.child.full_name),
            href=reverse("safeguarding:child", args=[row.child_id]),
            what=row.get_left_behind_display(),
            where=row.child.home_station.name,
            at=row.next_review_date,
            status="wait" if is_due else "ok",
            words=_("review is due") if is_due else pgettext("child’s file", "reviewed"),
        )


CONCERNS, VETTINGS, CHILDREN = Concerns(), Vettings(), Children()
