"""The groups of borrowers of a station or a county."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core.access import may
from core.days import day_in
from core.language import formatting
from core.web.list_filters import State
from core.web.lists import Empty, Row
from finance.loans.models import BorrowerGroup
from finance.loans.models.groups import READ_GROUP
from stations.lists import StationList

_S = BorrowerGroup.Status
KINDS = {_S.ACTIVE: "ok", _S.CLOSED: "info"}


class Groups(StationList):
    """Which groups meet here, and when next."""

    name = "loans:groups"
    grant = READ_GROUP
    title = gettext_lazy("Groups of borrowers")
    template = "finance/loans/groups.html"
    headings = {
        "name": gettext_lazy("Group"),
        "what": gettext_lazy("Members, next meeting"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Formed"),
        "state": gettext_lazy("State"),
    }
    order = ("-formed_at", "-pk")
    period, days = "formed_at", None
    state = "active"
    search = gettext_lazy("Name of the group")
    states = (
        State("active", pgettext_lazy("loan groups", "meeting"), Q(status=_S.ACTIVE), ever=True),
        State("closed", gettext_lazy("ended"), Q(status=_S.CLOSED)),
    )
    empty = Empty(
        gettext_lazy("No groups of borrowers."),
        gettext_lazy("Borrowers who meet and stand up for each other appear here."),
        "people",
    )

    def rows(self, request: HttpRequest) -> QuerySet[BorrowerGroup]:
        """Those within reach, with how many are in them."""
        members = Count("members", filter=Q(members__left_at=None))
        return BorrowerGroup.objects.open_to(request.user, self.grant).select_related("station").annotate(count=members)

    def row(self, row: BorrowerGroup, known: None) -> Row:
        """How many are in it, and when it meets."""
        count = getattr(row, "count", 0)
        members = ngettext("%(count)s member", "%(count)s members", count) % {"count": count}
        meeting = formatting.day(row.next_meeting(day_in(row.station.zone, now())))
        return Row(
            name=row.name,
            href=reverse("loans:group", args=[row.pk]),
            what=f"{members} · {meeting}" if row.status == _S.ACTIVE else members,
            where=row.station.name,
            at=row.formed_at,
            status=KINDS[_S(row.status)],
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """By a part of its name."""
        return Q(name__icontains=words)

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether a group may be formed here."""
        return {"may_form": may(request.user, "finance.form_loan_group")}


GROUPS = Groups()
