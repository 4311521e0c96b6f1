"""The lists of rosters: the files of the county's schools, and what of them somebody has to decide."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.access import may
from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from education.rosters.display import name_of_pupil, status_of_roster
from education.rosters.models import READ, Roster, RosterRecord
from stations.people.masking import mask_name
from stations.requests import signed_in

MAKE = "education.make_roster"
STATE = gettext_lazy("State")


class Rosters(ListPage):
    """The files that were brought, newest first."""

    name, grant = "rosters:rosters", READ
    template = "education/rosters/rosters.html"
    title = gettext_lazy("Rosters of schools")
    headings = {
        "name": gettext_lazy("School’s system"),
        "what": gettext_lazy("Brought by"),
        "at": gettext_lazy("Brought at"),
        "state": STATE,
    }
    order = ("-pk",)
    search = gettext_lazy("School’s system")
    states = (
        State("checked", gettext_lazy("to be taken in"), Q(status="checked")),
        State("applied", gettext_lazy("taken in"), Q(status="applied")),
        State("other", gettext_lazy("others"), Q(status__in=["faulty", "discarded"])),
    )
    empty = Empty(
        gettext_lazy("No roster yet."), gettext_lazy("Bring the OneRoster file of a school to see it here."), "school"
    )

    def rows(self, request: HttpRequest) -> QuerySet[Roster]:
        """Those of the reader's county."""
        rows = Roster.objects.open_to(signed_in(request), self.grant).defer("lines", "report")
        return rows.select_related("made_by")

    def found(self, words: str) -> Q:
        """By the name of the system."""
        return Q(source_system__icontains=words)

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether the reader may bring a file."""
        return {"may_make": may(request.user, MAKE)}

    def row(self, row: Roster, known: None) -> Row:
        """From which system, by whom and when."""
        return Row(
            name=row.source_system,
            href=reverse("rosters:roster", args=[row.pk]),
            what=row.made_by.shown_name,
            at=row.made_at,
            status=status_of_roster(row),
            words=row.get_status_display(),
        )


class Undecided(ListPage):
    """Pupils and classes of which nobody has said yet who or which they are."""

    name, grant = "rosters:undecided", READ
    title = gettext_lazy("Pupils and classes to match")
    headings = {
        "name": gettext_lazy("Pupil or class"),
        "what": gettext_lazy("School’s system"),
        "at": gettext_lazy("Since"),
        "state": STATE,
    }
    order = ("created_at", "pk")
    search = gettext_lazy("Whole name, id or school’s system")
    states = (
        State("pupils", pgettext_lazy("roster", "pupils"), Q(kind="user")),
        State("classes", gettext_lazy("classes"), Q(kind="class")),
    )
    empty = Empty(gettext_lazy("Nothing to match."), icon="check")

    def rows(self, request: HttpRequest) -> QuerySet[RosterRecord]:
        """Those of the reader's county."""
        return RosterRecord.objects.open_to(signed_in(request), self.grant).undecided()

    def found(self, words: str) -> Q:
        """By the name as the school writes it, the id of a class there, or the name of the system."""
        by_name = Q(facts__name=words) | Q(facts__title__icontains=words)
        return by_name | Q(sourced_id=words) | Q(source_system__icontains=words)

    def row(self, row: RosterRecord, known: None) -> Row:
        """Of a pupil the name is masked until the entry is opened."""
        name, is_pupil = name_of_pupil(row), row.kind == RosterRecord.Kind.USER
        return Row(
            name=mask_name(name) if is_pupil else name,
            href=reverse("rosters:entry", args=[row.pk]),
            what=row.source_system,
            at=row.created_at,
            status="wait",
            words=row.get_kind_display(),
        )


ROSTERS, UNDECIDED = Rosters(), Undecided()
