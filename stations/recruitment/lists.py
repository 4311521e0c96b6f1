"""The list of what people told through the report button of the public register."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from stations.network.models import RegisterMiss
from stations.recruitment.models import RegisterReport
from stations.recruitment.queries import misses_of

MOST_MISSES = 50


class Reports(ListPage):
    """Reports about certificates; below them the numbers that were looked up and never issued."""

    name = "recruitment:reports"
    grant = "stations.read_register_report"
    title = gettext_lazy("Reports about certificates")
    lead = gettext_lazy("Reports sent from the public register.")
    template = "stations/recruitment/reports.html"
    headings = {
        "name": gettext_lazy("Report"),
        "what": gettext_lazy("Certificate"),
        "at": gettext_lazy("Time"),
        "state": gettext_lazy("State"),
    }
    order = ("-at", "-pk")
    period = "at"
    search = gettext_lazy("Number of the certificate")
    states = (
        State("open", gettext_lazy("to answer"), Q(status="open"), ever=True, order=("at", "pk")),
        State("answered", gettext_lazy("answered"), Q(status="answered")),
    )
    state = "open"
    empty = Empty(gettext_lazy("No reports."))

    def rows(self, request: HttpRequest) -> QuerySet[RegisterReport]:
        """Those within reach."""
        return RegisterReport.objects.open_to(request.user, self.grant)

    def row(self, row: RegisterReport, known: Any) -> Row:
        """What was said, and of which certificate."""
        is_open = row.status == RegisterReport.Status.OPEN
        return Row(
            name=row.get_kind_display(),
            href=f"/county/reports/{row.pk}/",
            what=row.number,
            at=row.at,
            status="wait" if is_open else "ok",
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """Those of this certificate."""
        return Q(number__iexact=words.strip())

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Numbers that were never issued."""
        missed = RegisterMiss.objects.open_to(request.user, "stations.read_register_miss")
        return {"misses": list(misses_of(missed, now())[:MOST_MISSES])}


REPORTS = Reports()
