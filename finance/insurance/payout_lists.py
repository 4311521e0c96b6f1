"""Lists of what goes out without a claim: premiums to insurers, readings, windows, and payouts of indexes."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core.access import may_everywhere
from core.language import formatting
from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from finance.insurance.display import kind_of_file, kind_of_payout, kind_of_statement, kind_of_window
from finance.insurance.models import IndexFile, IndexPayout, IndexSource, IndexWindow, PremiumStatement
from stations.lists import StationList
from stations.people.masking import mask_name

_PS, _FS, _WS, _PO = PremiumStatement.Status, IndexFile.Status, IndexWindow.Status, IndexPayout.Status
STATE, NUMBER = gettext_lazy("State"), gettext_lazy("Number")
_BACK, _BACK_TO = "insurance:index_windows", gettext_lazy("Weather cover")


class Premiums(ListPage):
    """Statements of premiums: what waits to be paid first."""

    name = "insurance:premium_statements"
    grant = "finance.read_premium"
    title = gettext_lazy("Premiums to insurers")
    template = "finance/insurance/premiums.html"
    headings = {
        "name": gettext_lazy("Insurer"),
        "what": gettext_lazy("Month"),
        "at": gettext_lazy("Drawn up"),
        "amount": gettext_lazy("Premiums"),
        "state": STATE,
    }
    order = ("-made_at", "-pk")
    period, days = "made_at", None
    amount = "amount_minor"
    search = gettext_lazy("Number of the statement")
    states = (
        State("drawn", gettext_lazy("to be paid"), Q(status=_PS.DRAWN), ever=True, order=("made_at", "pk")),
        State("sent", gettext_lazy("with the bank"), Q(status=_PS.SENT), ever=True),
        State("paid", pgettext_lazy("claim", "paid"), Q(status=_PS.PAID)),
    )
    empty = Empty(
        gettext_lazy("No statement of premiums yet."),
        gettext_lazy("When a month is over, draw up what funds paid in it; a colleague has the bank pay it."),
        "coins",
    )

    def rows(self, request: HttpRequest) -> QuerySet[PremiumStatement]:
        """All of them, for the network."""
        return PremiumStatement.objects.open_to(request.user, self.grant).select_related("insurer")

    def row(self, row: PremiumStatement, known: Any) -> Row:
        """Whose premiums, of which month."""
        return Row(
            name=row.insurer.shown_name,
            href=reverse("insurance:premium_statement", args=[row.pk]),
            what=f"{formatting.month(row.month_date)} · {row.number}",
            at=row.made_at,
            amount=row.amount,
            status=kind_of_statement(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """The statement of this number, or of its end."""
        return Q(number__iendswith="".join(words.split()))

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether the reader may draw one up."""
        return {"may_draw": may_everywhere(request.user, "finance.draw_premiums")}


class Sources(ListPage):
    """Weather stations."""

    name = "insurance:index_sources"
    grant = "finance.read_index"
    title = gettext_lazy("Weather stations")
    back, back_to = _BACK, _BACK_TO
    headings = {
        "name": gettext_lazy("Weather station"),
        "what": gettext_lazy("Measures"),
        "where": gettext_lazy("Region"),
    }
    order = ("code", "pk")
    empty = Empty(gettext_lazy("No weather station yet."), gettext_lazy("The administration enters them."), "alert")

    def rows(self, request: HttpRequest) -> QuerySet[IndexSource]:
        """All of them, for the network."""
        return IndexSource.objects.open_to(request.user, self.grant).select_related("region")

    def row(self, row: IndexSource, known: Any) -> Row:
        """What it measures, and where."""
        return Row(
            name=row.shown_name,
            href=reverse("insurance:index_source", args=[row.pk]),
            what=str(row.get_kind_display()),
            where=row.region.short_name,
        )


class Files(ListPage):
    """Files of readings: what waits for its release first."""

    name = "insurance:index_files"
    grant = "finance.read_index"
    title = gettext_lazy("Files of readings")
    back, back_to = _BACK, _BACK_TO
    template = "finance/insurance/index_files.html"
    headings = {
        "name": NUMBER,
        "what": gettext_lazy("Readings"),
        "at": gettext_lazy("Loaded at"),
        "state": STATE,
    }
    order = ("-made_at", "-pk")
    period, days = "made_at", None
    states = (
        State("loaded", gettext_lazy("to be released"), Q(status=_FS.LOADED), ever=True),
        State("released", pgettext_lazy("readings", "released"), Q(status=_FS.RELEASED)),
        State("discarded", pgettext_lazy("readings", "discarded"), Q(status=_FS.DISCARDED)),
    )
    empty = Empty(gettext_lazy("No readings yet."), gettext_lazy("Load a file; a colleague releases it."), "alert")

    def rows(self, request: HttpRequest) -> QuerySet[IndexFile]:
        """All of them, for the network."""
        return IndexFile.objects.open_to(request.user, self.grant)

    def row(self, row: IndexFile, known: Any) -> Row:
        """How many readings it holds."""
        return Row(
            name=row.number,
            href=reverse("insurance:index_file", args=[row.pk]),
            what=ngettext("%(count)s reading", "%(count)s readings", row.rows) % {"count": row.rows},
            at=row.made_at,
            status=kind_of_file(row),
            words=row.get_status_display(),
        )

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether the reader may load one."""
        return {"may_load": may_everywhere(request.user, "finance.load_index_readings")}


class Windows(ListPage):
    """Windows of parametric cover: those without a reading first."""

    name = "insurance:index_windows"
    grant = "finance.read_index"
    title = gettext_lazy("Weather cover")
    template = "finance/insurance/index_windows.html"
    headings = {
        "name": gettext_lazy("Insurance"),
        "what": gettext_lazy("Weather station"),
        "at": gettext_lazy("Last day"),
        "state": STATE,
    }
    order = ("-end_date", "-pk")
    period, days = "end_date", None
    states = (
        State("missing", gettext_lazy("no reading"), Q(status=_WS.MISSING), ever=True),
        State("to_decide", gettext_lazy("to be decided"), Q(status__in=[_WS.PROPOSED, _WS.CANCELLING]), ever=True),
        State("open", pgettext_lazy("window", "open"), Q(status__in=[_WS.OPEN, _WS.PAYING]), ever=True),
        State("ended", gettext_lazy("ended"), Q(status__in=[_WS.SETTLED, _WS.CLOSED, *IndexWindow.DROPPED])),
    )
    empty = Empty(
        gettext_lazy("No window yet."),
        gettext_lazy("A window says in which days the weather decides what is paid."),
        "alert",
    )

    def rows(self, request: HttpRequest) -> QuerySet[IndexWindow]:
        """All of them, for the network."""
        rows = IndexWindow.objects.open_to(request.user, self.grant)
        return rows.select_related("source", "benefit__version__product")

    def row(self, row: IndexWindow, known: Any) -> Row:
        """Which insurance, measured where."""
        return Row(
            name=row.benefit.version.product.shown_name,
            href=reverse("insurance:index_window", args=[row.pk]),
            what=row.source.shown_name,
            at=row.end_date,
            status=kind_of_window(row),
            words=row.get_status_display(),
        )

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether the reader may propose one."""
        return {"may_propose": may_everywhere(request.user, "finance.propose_index_window")}


class Payouts(StationList):
    """What people get without a claim, at one's own station or in the county."""

    name = "insurance:index_payouts"
    grant = "finance.read_policy"
    title = gettext_lazy("Weather payouts")
    headings = {
        "name": gettext_lazy("Insured"),
        "what": gettext_lazy("Insurance"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Time"),
        "amount": gettext_lazy("Amount"),
        "state": STATE,
    }
    place = "policy__station"
    order = ("-made_at", "-pk")
    period, days = "made_at", None
    amount = "amount_minor"
    search = gettext_lazy("Number of the policy, or the beginning of a name")
    states = (
        State("account_missing", gettext_lazy("no bank account yet"), Q(status=_PO.ACCOUNT_MISSING), ever=True),
        State("due", gettext_lazy("to be paid"), Q(status=_PO.DUE), ever=True),
        State("estate", gettext_lazy("estate to be confirmed"), Q(status__in=IndexPayout.ASKED), ever=True),
        State("sent", gettext_lazy("with the bank"), Q(status=_PO.SENT), ever=True),
        State("paid", pgettext_lazy("claim", "paid"), Q(status=_PO.PAID)),
        State("ended", gettext_lazy("ended unpaid"), Q(status__in=[_PO.EXHAUSTED, _PO.RETURNED])),
    )
    empty = Empty(
        gettext_lazy("No weather payouts yet."),
        gettext_lazy("When a window is over and its reading says so, people are paid without a claim."),
        "coins",
    )

    def rows(self, request: HttpRequest) -> QuerySet[IndexPayout]:
        """Those within reach."""
        rows = IndexPayout.objects.open_to(request.user, self.grant)
        return rows.select_related("policy__person", "policy__station", "policy__product")

    def row(self, row: IndexPayout, known: Any) -> Row:
        """Who gets how much."""
        policy = row.policy
        return Row(
            name=mask_name(policy.person.full_name),
            href=reverse("insurance:index_payout", args=[row.pk]),
            what=f"{policy.product.shown_name} · {policy.number}",
            where=policy.station.name,
            at=row.made_at,
            amount=row.amount,
            status=kind_of_payout(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """Those of the policy of this number, or of people whose name begins so."""
        typed = "".join(words.split())
        return Q(policy__number__iendswith=typed) | Q(policy__person__full_name__istartswith=typed)


PREMIUMS, SOURCES, FILES, WINDOWS, PAYOUTS = Premiums(), Sources(), Files(), Windows(), Payouts()
