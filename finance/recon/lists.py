"""The lists of reconciliation: differences, bank lines without an explanation, daily files, what stood out."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.access import may, may_everywhere
from core.gateways.models import Provider
from core.language import formatting
from core.language.formatting import name_of
from core.money import Money
from core.web.list_filters import Pick, State
from core.web.lists import Empty, ListPage, Row
from finance.recon.board import COLOURS, STATES, age_words, risk_words, table_of
from finance.recon.models import BankStatementLine, ProviderFile, ReconItem, RiskRow
from finance.recon.queries import AGES, age_of, aged, counts_of_items, stops
from stations.lists import StationList
from stations.people.masking import mask_name

BOARD = "recon:board"
_BACK_TO = gettext_lazy("Reconciliation")


def _ages() -> list[tuple[str, Any]]:
    return [(str(age), age_words(age)) for age in AGES]


def _companies() -> list[tuple[str, Any]]:
    return [(str(each.pk), name_of(each)) for each in Provider.objects.order_by("name")]


def _age(opened: str) -> Pick:
    every = gettext_lazy("Any age")
    return Pick("age", gettext_lazy("Age"), every, _ages, lambda age: aged(opened, int(age), at=now()))


_COMPANY = Pick(
    "company", gettext_lazy("Company"), gettext_lazy("All companies"), _companies, lambda pk: Q(provider=pk)
)
_KIND = Pick(
    "kind",
    gettext_lazy("Kind"),
    gettext_lazy("All kinds"),
    lambda: ReconItem.Kind.choices,
    lambda kind: Q(kind=kind),
)


class Differences(StationList):
    """What two sides see differently, the oldest first; above it the counts by kind and age, and what stops the close.

    A county reads those of its payments; counts and stops are of the whole network.
    """

    name = BOARD
    grant = "finance.read_recon_item"
    title = gettext_lazy("Reconciliation")
    template = "finance/recon/board.html"
    place = "payment__station"
    headings = {
        "name": gettext_lazy("Item"),
        "what": gettext_lazy("Company and resident"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Since"),
        "amount": gettext_lazy("Difference"),
        "state": gettext_lazy("State"),
    }
    order = ("-opened_at", "-pk")
    period, days = "opened_at", 92
    picks = (_KIND, _age("opened_at"), _COMPANY)
    amount = "amount_diff_minor"
    states = (
        State("open", gettext_lazy("to settle"), Q(status__in=ReconItem.OPEN), ever=True, order=("opened_at", "pk")),
        State("closed", gettext_lazy("settled"), ~Q(status__in=ReconItem.OPEN)),
    )
    state = "open"
    empty = Empty(
        gettext_lazy("No open differences."),
        gettext_lazy("Differences between two sides appear here until explained."),
    )

    def rows(self, request: HttpRequest) -> QuerySet[ReconItem]:
        """Those within reach."""
        rows = ReconItem.objects.open_to(request.user, self.grant)
        return rows.select_related("provider", "owner", "payment__payer", "payment__station")

    def row(self, row: ReconItem, known: Any) -> Row:
        """What differs, with whom, for whom, and who works on it."""
        payer = row.payment.payer if row.payment else None
        parts = [
            name_of(row.provider) if row.provider else "",
            mask_name(payer.full_name) if payer else "",
            _("taken on by %(who)s") % {"who": row.owner.shown_name} if row.owner else "",
        ]
        return Row(
            name=row.get_kind_display(),
            href=f"/finance/settlement/recon/{row.pk}/",
            what=" · ".join(filter(None, parts)),
            where=row.payment.station.name if row.payment else "",
            at=row.opened_at,
            amount=row.difference if row.amount_diff_minor else None,
            status=COLOURS[age_of(row.opened_at, at=now())] if row.is_open else STATES[row.status],
            words=row.get_status_display(),
        )

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """What only the reader of the whole network sees, and where else the reader may go."""
        user, at = request.user, now()
        is_of_network = may_everywhere(user, self.grant)
        return {
            "table": table_of(counts_of_items(at=at)) if is_of_network else None,
            "stops": stops(at=at) if is_of_network else [],
            "may_import": may_everywhere(user, "finance.import_bank_statement"),
            "may_see_risks": may(user, "finance.read_risk_row"),
            "may_see_bank": may(user, "finance.read_bank_statement"),
            "is_of_network": is_of_network,
        }


class BankLines(ListPage):
    """Lines of bank statements: those without an explanation, the oldest first, and those explained."""

    name = "recon:bank_lines"
    grant = "finance.read_bank_statement"
    title = gettext_lazy("Bank lines")
    back, back_to = BOARD, _BACK_TO
    headings = {
        "name": gettext_lazy("From or to"),
        "what": gettext_lazy("Text"),
        "at": gettext_lazy("Value date"),
        "amount": gettext_lazy("Unexplained"),
        "state": gettext_lazy("Direction"),
    }
    order = ("-imported_at", "-pk")
    period = "value_date"
    picks = (_age("imported_at"),)
    search = gettext_lazy("Name or reference")
    states = (
        State(
            "open",
            gettext_lazy("without an explanation"),
            Q(explained_minor__lt=F("amount_minor")),
            ever=True,
            order=("imported_at", "pk"),
        ),
        State("explained", gettext_lazy("explained"), Q(explained_minor__gte=F("amount_minor"))),
    )
    state = "open"
    empty = Empty(
        gettext_lazy("No bank line was imported yet."), gettext_lazy("Import a statement of the bank."), icon="coins"
    )

    def rows(self, request: HttpRequest) -> QuerySet[BankStatementLine]:
        """Those within reach."""
        return BankStatementLine.objects.open_to(request.user, self.grant)

    def row(self, row: BankStatementLine, known: Any) -> Row:
        """Who sent or got it, and what of it nobody has explained."""
        return Row(
            name=row.counterparty or row.line_ref,
            href=f"/finance/settlement/recon/bank-lines/{row.pk}/",
            what=row.text or row.line_ref,
            at=row.value_date,
            amount=row.unexplained,
            status=COLOURS[age_of(row.imported_at, at=now())] if row.unexplained.minor else "ok",
            words=row.get_direction_display(),
        )

    def found(self, words: str) -> Q:
        """By the other party's name, the text or the bank's reference."""
        return Q(counterparty__icontains=words) | Q(text__icontains=words) | Q(line_ref__iexact=words)


class Files(ListPage):
    """The companies' daily files, newest first, and what each comes to."""

    name = "recon:files"
    grant = "finance.read_recon_item"
    title = gettext_lazy("Daily files")
    back, back_to = BOARD, _BACK_TO
    headings = {
        "name": gettext_lazy("Company"),
        "what": gettext_lazy("Lines and settlement"),
        "at": gettext_lazy("Of the day"),
        "amount": gettext_lazy("Sum"),
        "state": gettext_lazy("State"),
    }
    order = ("-file_date", "-pk")
    period = "file_date"
    picks = (_COMPANY,)
    amount = "total_minor"
    empty = Empty(gettext_lazy("No files received yet."), icon="clock")

    def rows(self, request: HttpRequest) -> QuerySet[ProviderFile]:
        """Those within reach."""
        found = ProviderFile.objects.open_to(request.user, self.grant)
        return found.select_related("provider").prefetch_related("sums")

    def row(self, row: ProviderFile, known: Any) -> Row:
        """How much it holds, and until when it is settled."""
        lines = ngettext("%(count)s line", "%(count)s lines", row.line_count) % {"count": row.line_count}
        corrected = _("corrected, number %(number)s") % {"number": row.sequence} if row.sequence > 1 else ""
        sums = list(row.sums.all())
        waiting = min((each.due_date for each in sums if not each.settled_at), default=None)
        due = _("due by %(day)s") % {"day": formatting.day(waiting)} if waiting else ""
        return Row(
            name=name_of(row.provider),
            what=" · ".join(filter(None, [lines, corrected, due])),
            at=row.file_date,
            amount=Money(row.total_minor, row.currency),
            status="" if not sums else "wait" if waiting else "ok",
            words=_("waits for the bank") if waiting else _("settled"),
        )


class Risks(StationList):
    """What stood out at night, newest first."""

    name = "recon:risks"
    grant = "finance.read_risk_row"
    title = gettext_lazy("Unusual cases")
    lead = gettext_lazy("Figures of the last thirty days, for people to review. They have no automatic consequences.")
    back, back_to = BOARD, _BACK_TO
    headings = {
        "name": gettext_lazy("Item"),
        "what": gettext_lazy("Figures"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Of the day"),
    }
    order = ("-date", "-pk")
    period = "date"
    picks = (
        Pick(
            "kind",
            gettext_lazy("Kind"),
            gettext_lazy("All kinds"),
            lambda: RiskRow.Kind.choices,
            lambda kind: Q(kind=kind),
        ),
    )
    empty = Empty(gettext_lazy("Nothing unusual."))

    def rows(self, request: HttpRequest) -> QuerySet[RiskRow]:
        """Those within reach."""
        return RiskRow.objects.open_to(request.user, self.grant).select_related("station")

    def row(self, row: RiskRow, known: Any) -> Row:
        """What was counted, and where."""
        return Row(name=row.get_kind_display(), what=risk_words(row), where=row.station.name, at=row.date)


DIFFERENCES, BANK_LINES, FILES, RISKS = Differences(), BankLines(), Files(), Risks()
