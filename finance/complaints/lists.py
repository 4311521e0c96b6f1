"""The list of complaints: what waits by its clock, and what was answered."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, Row
from finance.complaints.display import kind_of, until
from finance.complaints.models import Complaint
from finance.complaints.queries import with_clock
from stations.lists import StationList


class Complaints(StationList):
    """What people said about payments: the desk of a county, or what one's own station said."""

    name = "complaints:complaints"
    grant = "finance.read_complaint"
    title = gettext_lazy("Complaints")
    template = "finance/complaints/list.html"
    headings = {
        "name": gettext_lazy("Complaint"),
        "what": gettext_lazy("Number and deadline"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Since"),
        "state": gettext_lazy("State"),
    }
    order = ("-logged_at", "-pk")
    period = "logged_at"
    search = gettext_lazy("Number of the complaint")
    states = (
        State("open", gettext_lazy("waiting"), Q(status__in=Complaint.OPEN), ever=True, order=("clock", "pk")),
        State("answered", gettext_lazy("answered"), ~Q(status__in=Complaint.OPEN)),
    )
    state = "open"
    empty = Empty(
        gettext_lazy("No open complaints."),
        gettext_lazy("Complaints about payments appear here until answered."),
    )

    def rows(self, request: HttpRequest) -> QuerySet[Complaint]:
        """Those within reach, each with when its clock runs out."""
        return with_clock(Complaint.objects.open_to(request.user, self.grant)).select_related("station")

    def row(self, row: Complaint, known: Any) -> Row:
        """What it is about, and until when it is moved on."""
        return Row(
            name=row.get_kind_display(),
            href=f"/finance/complaints/{row.pk}/",
            what=f"{row.number} · {until(row)}" if row.is_open else row.number,
            where=row.station.name,
            at=row.logged_at,
            status=kind_of(row),
            words=row.get_status_display() if row.is_open else row.get_outcome_display(),
        )

    def found(self, words: str) -> Q:
        """The complaint of this number, or of its end."""
        return Q(number__iendswith="".join(words.split()))


COMPLAINTS = Complaints()
