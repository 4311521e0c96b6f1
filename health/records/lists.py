"""Records that the own clinics may open, and emergency accesses that the head of a clinic reviews."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from health.records.models import EmergencyAccess, HealthRecord
from health.records.models.records import READ, REVIEW
from health.records.queries import records
from health.records.services import record_reads
from stations.requests import signed_in


class Records(ListPage):
    """The residents whose records the reader's clinics may open."""

    name = "records:records"
    grant = READ
    title = gettext_lazy("Health records")
    template = "health/records/records.html"
    headings = {
        "name": gettext_lazy("Resident"),
        "what": gettext_lazy("Number of the record"),
        "where": gettext_lazy("Clinic"),
        "at": gettext_lazy("Since"),
    }
    order = ("-opened_at", "-pk")
    search = gettext_lazy("Name of the resident, or number of the record")
    empty = Empty(gettext_lazy("No health records yet."), icon="heart")

    def rows(self, request: HttpRequest) -> QuerySet[HealthRecord]:
        """Those of the own clinics and their patients."""
        return records().open_to(signed_in(request), self.grant)

    def found(self, words: str) -> Q:
        """Those whose name begins like this, or with this number."""
        return Q(resident__full_name__startswith=words) | Q(number=words)

    def known(self, rows: Sequence[HealthRecord], request: HttpRequest) -> None:
        """Nothing; every resident shown gets a row in the access log."""
        record_reads(residents=[row.resident for row in rows], user=signed_in(request), at=now())

    def row(self, row: HealthRecord, known: None) -> Row:
        """Who, and which clinic keeps it."""
        return Row(
            name=row.resident.full_name,
            href=reverse("records:record", args=[row.pk]),
            what=row.number,
            where=row.place,
            at=row.opened_at,
        )


class Emergencies(ListPage):
    """Records that were opened without consent, because life or health was at risk."""

    name = "records:emergencies"
    grant = REVIEW
    title = gettext_lazy("Emergency access to records")
    headings = {
        "name": gettext_lazy("Who opened it"),
        "what": gettext_lazy("Reason"),
        "where": gettext_lazy("Clinic"),
        "at": gettext_lazy("When"),
        "state": gettext_lazy("State"),
    }
    order = ("-opened_at", "-pk")
    states = (
        State("open", gettext_lazy("to review"), Q(reviewed_at=None), order=("opened_at", "pk")),
        State("reviewed", gettext_lazy("reviewed"), Q(reviewed_at__isnull=False)),
    )
    state = "open"
    empty = Empty(gettext_lazy("No emergency access to review."), icon="check")

    def rows(self, request: HttpRequest) -> QuerySet[EmergencyAccess]:
        """Those that the reader reviews."""
        found = EmergencyAccess.objects.open_to(signed_in(request), self.grant)
        return found.select_related("opened_by", "clinic")

    def row(self, row: EmergencyAccess, known: None) -> Row:
        """Who opened it and why; the resident stands on the page."""
        return Row(
            name=row.opened_by.shown_name,
            href=reverse("records:emergency-access", args=[row.pk]),
            what=row.reason,
            where=row.clinic.title,
            at=row.opened_at,
            status="wait" if not row.is_reviewed else "ok" if row.verdict == "justified" else "bad",
            words=row.get_verdict_display() if row.is_reviewed else gettext_lazy("to review"),
        )


RECORDS, EMERGENCIES = Records(), Emergencies()
