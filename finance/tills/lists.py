"""The lists of the drawer: differences, cash on its way, losses, reports of large cash."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.access import may
from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from finance.tills.display import difference_kind, loss_kind, remittance_kind, report_kind
from finance.tills.models import CashReport, LossCase, OverShort, Remittance
from stations.lists import StationList
from stations.people.masking import mask_name

_COLUMNS = {
    "where": gettext_lazy("Station"),
    "at": gettext_lazy("Time"),
    "amount": gettext_lazy("Amount"),
    "state": gettext_lazy("State"),
}
_R = Remittance.Status
_OPEN = (_R.DECLARED, _R.IN_TRANSIT)


class Differences(StationList):
    """Differences of drawers: those that wait for a word or a decision, and those that are settled."""

    name = "tills:differences"
    grant = "finance.read_over_short"
    title = gettext_lazy("Cash differences")
    template = "finance/tills/differences.html"
    headings = {"name": gettext_lazy("How it was found"), "what": gettext_lazy("Holder"), **_COLUMNS}
    order = ("-found_at", "-pk")
    period = "found_at"
    amount = F("amount_minor") - F("late_minor")
    states = (
        State("open", gettext_lazy("to settle"), ~Q(status__in=OverShort.SETTLED), ever=True, order=("found_at", "pk")),
        State("settled", gettext_lazy("settled"), Q(status__in=OverShort.SETTLED)),
    )
    state = "open"
    empty = Empty(gettext_lazy("Every till matches the books."))

    def rows(self, request: HttpRequest) -> QuerySet[OverShort]:
        """Those within reach."""
        return OverShort.objects.open_to(request.user, self.grant).select_related("station", "holder")

    def row(self, row: OverShort, known: Any) -> Row:
        """When it was found, and with whom."""
        return Row(
            name=row.get_found_display(),
            href=f"/finance/tills/differences/{row.pk}/",
            what=row.holder.shown_name if row.holder else "",
            where=row.station.name,
            at=row.found_at,
            amount=row.left,
            status=difference_kind(row),
            words=row.get_status_display(),
        )


class Remittances(StationList):
    """Cash on its way: declared, signed for, counted."""

    name = "tills:remittances"
    grant = "finance.read_remittance"
    title = gettext_lazy("Cash in transit")
    template = "finance/tills/remittances.html"
    headings = {"name": gettext_lazy("Way"), "what": gettext_lazy("Carried by"), **_COLUMNS}
    order = ("-declared_at", "-pk")
    period = "declared_at"
    amount = "amount_minor"
    states = (
        State("open", gettext_lazy("not there yet"), Q(status__in=_OPEN), ever=True, order=("declared_at", "pk")),
        State("way", gettext_lazy("under way"), Q(status=_R.IN_TRANSIT), ever=True, order=("declared_at", "pk")),
        State("declared", gettext_lazy("to hand over"), Q(status=_R.DECLARED), ever=True, order=("declared_at", "pk")),
        State("arrived", gettext_lazy("arrived"), ~Q(status__in=_OPEN)),
    )
    state = "open"
    empty = Empty(gettext_lazy("No cash in transit."), icon="van")

    def rows(self, request: HttpRequest) -> QuerySet[Remittance]:
        """Those within reach."""
        return Remittance.objects.open_to(request.user, self.grant).select_related("station", "carrier")

    def row(self, row: Remittance, known: Any) -> Row:
        """Which way, and who carries it."""
        return Row(
            name=row.get_direction_display(),
            href=f"/finance/tills/remittances/{row.pk}/",
            what=row.carrier.shown_name if row.carrier else row.get_via_display(),
            where=row.station.name,
            at=row.declared_at,
            amount=row.amount,
            status=remittance_kind(row),
            words=row.get_status_display(),
        )

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether the reader sends cash."""
        return {"may_declare": may(request.user, "finance.declare_remittance")}


class Losses(StationList):
    """Cash that is gone."""

    name = "tills:losses"
    grant = "finance.read_loss_case"
    title = gettext_lazy("Losses")
    lead = gettext_lazy("Cash that was stolen, burnt or lost in transit is charged to no one.")
    template = "finance/tills/losses.html"
    headings = {"name": gettext_lazy("What happened"), **_COLUMNS}
    order = ("-reported_at", "-pk")
    period, days = "reported_at", None
    amount = "amount_minor"
    states = tuple(State(each.value, each.label, Q(status=each)) for each in LossCase.Status)
    empty = Empty(gettext_lazy("No losses reported."))

    def rows(self, request: HttpRequest) -> QuerySet[LossCase]:
        """Those within reach."""
        return LossCase.objects.open_to(request.user, self.grant).select_related("station")

    def row(self, row: LossCase, known: Any) -> Row:
        """What happened, and where."""
        return Row(
            name=row.get_kind_display(),
            href=f"/finance/tills/losses/{row.pk}/",
            where=row.station.name,
            at=row.reported_at,
            amount=row.amount,
            status=loss_kind(row),
            words=row.get_status_display(),
        )

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether the reader reports one."""
        return {"may_report": may(request.user, "finance.report_loss")}


class Reports(ListPage):
    """Large cash of one person in one day, which finance reports to the authority."""

    name = "tills:reports"
    grant = "finance.read_cash_report"
    title = gettext_lazy("Cash reports")
    lead = gettext_lazy("Residents who pay much cash in one day are reported to the authority. Stations are not told.")
    headings = {
        "name": gettext_lazy("Resident"),
        "what": gettext_lazy("Number of the filing"),
        "at": gettext_lazy("Day"),
        "amount": gettext_lazy("Cash of that day"),
        "state": gettext_lazy("State"),
    }
    order = ("-opened_at", "-pk")
    period, days = "opened_at", None
    amount, currency = "watch__cash_minor", "watch__currency"
    states = (
        State("due", CashReport.Status.DUE.label, Q(entered_at=None, filed_at=None), order=("opened_at", "pk")),
        State("entered", CashReport.Status.ENTERED.label, Q(entered_at__isnull=False, filed_at=None)),
        State("filed", CashReport.Status.FILED.label, Q(filed_at__isnull=False)),
    )
    search = gettext_lazy("Number of the filing")
    empty = Empty(gettext_lazy("No cash report is due."))

    def rows(self, request: HttpRequest) -> QuerySet[CashReport]:
        """All of them, for posts of the whole network."""
        return CashReport.objects.open_to(request.user, self.grant).select_related("watch__person")

    def found(self, words: str) -> Q:
        """By the number that the authority gave."""
        return Q(filing_number__icontains=words)

    def row(self, row: CashReport, known: Any) -> Row:
        """Of whom, and of which day."""
        return Row(
            name=mask_name(row.watch.person.full_name),
            href=f"/finance/tills/cash-reports/{row.pk}/",
            what=row.filing_number,
            at=row.watch.business_date,
            amount=row.watch.cash,
            status=report_kind(row),
            words=row.status.label,
        )


DIFFERENCES, REMITTANCES, LOSSES, REPORTS = Differences(), Remittances(), Losses(), Reports()
