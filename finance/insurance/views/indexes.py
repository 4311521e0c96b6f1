"""Parametric cover: a weather station and its readings, files of readings, windows and what they paid."""

from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core.access import demand_everywhere, load, requires
from core.language import formatting
from core.money import Money
from core.web.charts import Chart, Series
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from core.web.tables import Column, Table
from finance.insurance import services
from finance.insurance.display import how_much, kind_of_file, kind_of_window, plain
from finance.insurance.forms import ReasonForm
from finance.insurance.machine import READINGS, WINDOW
from finance.insurance.models import (
    Benefit,
    IndexFile,
    IndexPayout,
    IndexReading,
    IndexSource,
    IndexWindow,
    InsuranceProductVersion,
)
from finance.insurance.payout_forms import ReadingsForm, WindowForm
from stations.accounts.queries import history_of
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, LOAD, PROPOSE, APPROVE, CANCEL, DECIDE = (
    "finance.read_index",
    "finance.load_index_readings",
    "finance.propose_index_window",
    "finance.approve_index_window",
    "finance.cancel_index_window",
    "finance.decide_index_window",
)
#: Readings that a chart and a table show.
READINGS_SHOWN = 24
#: Days that stand below a chart on a phone.
LABELS = 4


@require_GET
@requires(READ, one_object=True)
def source(request: SignedInRequest, pk: int) -> HttpResponse:
    """A weather station with its latest readings."""
    rows = IndexSource.objects.select_related("region", "backup")
    found = load(rows, request.user, READ, pk=pk)
    latest = list(found.readings.order_by("-date")[:READINGS_SHOWN])
    page = {
        "source": found,
        "chart": _chart(latest) if len(latest) > 1 else None,
        "readings": _readings_table(latest),
        "windows": _windows_table(found.windows.select_related("benefit__version__product").order_by("-end_date")),
    }
    return render(request, "finance/insurance/index_source.html", page)


@requires(LOAD)
def load_file(request: SignedInRequest) -> HttpResponse:
    """Load a file of readings."""
    demand_everywhere(request.user, LOAD)
    return form_page(
        request,
        operation=LOAD,
        form=ReadingsForm(request.POST or None, request.FILES or None),
        service=services.load_index_readings,
        then=page_of("insurance:index_file"),
        template="finance/insurance/index_file_new.html",
    )


@requires(PROPOSE)
def propose_window(request: SignedInRequest) -> HttpResponse:
    """Propose a window before it begins."""
    demand_everywhere(request.user, PROPOSE)
    in_force = InsuranceProductVersion.objects.active().open_to(request.user, PROPOSE)
    benefits = Benefit.objects.filter(version__in=in_force, formula=Benefit.Formula.PARAMETRIC)
    sources = IndexSource.objects.select_related("region").order_by("code")
    return form_page(
        request,
        operation=PROPOSE,
        form=WindowForm(
            request.POST or None,
            benefits=list(benefits.select_related("version__product").order_by("pk")),
            sources=list(sources),
        ),
        service=services.propose_index_window,
        then=page_of("insurance:index_window"),
        template="finance/insurance/index_window_new.html",
    )


def _chart(latest: list[IndexReading]) -> Chart:
    """The latest readings as one line; those that are not released yet stand on a hatched ground."""
    readings = list(reversed(latest))
    last, step = readings[-1], -(-len(readings) // LABELS)
    return Chart(
        title=gettext("The latest readings"),
        finding=gettext("%(value)s on %(day)s.") % {"value": plain(last.value), "day": formatting.full_day(last.date)},
        labels=[formatting.full_day(row.date) for row in readings],
        short_labels=[f"{row.date:%m-%d}" if number % step == 0 else "" for number, row in enumerate(readings)],
        series=[Series(gettext("Reading"), [float(row.value) for row in readings])],
        estimates=frozenset(number for number, row in enumerate(readings) if row.released_at is None),
        note=gettext("Hatched: not released yet."),
        id="readings",
    )


def _readings_table(rows: list[IndexReading]) -> Table:
    return Table(
        gettext("Readings"),
        [Column(gettext("Day")), Column(gettext("Measured value"), number=True), Column(gettext("State"))],
        [
            (
                formatting.full_day(row.date),
                plain(row.value),
                pgettext("readings", "released") if row.released_at else pgettext("readings", "to be released"),
            )
            for row in rows
        ],
        empty=gettext("No readings yet."),
        small=True,
    )


def _windows_table(rows: QuerySet[IndexWindow]) -> Table:
    return Table(
        gettext("Windows"),
        [Column(gettext("Insurance")), Column(gettext("Last day")), Column(gettext("State"))],
        [
            (row.benefit.version.product.shown_name, formatting.full_day(row.end_date), row.get_status_display())
            for row in rows[:READINGS_SHOWN]
        ],
        empty=gettext("No window yet."),
        small=True,
    )


def _files() -> QuerySet[IndexFile]:
    return IndexFile.objects.select_related("maker", "checker")


def _file_context(request: HttpRequest, file: IndexFile) -> dict[str, Any]:
    rows = file.readings.select_related("source").order_by("source__code", "date")[:200]
    return {
        "file": file,
        "kind": kind_of_file(file),
        "readings": Table(
            gettext("Readings"),
            [
                Column(gettext("Weather station")),
                Column(gettext("Day")),
                Column(gettext("Measured value"), number=True),
            ],
            [(row.source.shown_name, formatting.full_day(row.date), plain(row.value)) for row in rows],
            empty=gettext("The readings were discarded."),
            small=True,
        ),
        "waits_for_another": file.status == IndexFile.Status.LOADED and is_same_person(request.user, file.maker_id),
        "history": history_of(file),
    }


FILE_PAGE = ObjectPage(
    name="insurance:index_file",
    template="finance/insurance/index_file.html",
    grant=READ,
    noun="file",
    rows=_files,
    context=_file_context,
    machine=READINGS,
    actions={
        "release": PageAction(
            grant="finance.release_index",
            service=services.release_index_file,
            arrow="release_index_file",
            is_open=lambda file, user: not is_same_person(user, file.maker_id),
            title=_("Release the readings"),
            button=_("Release"),
            doing=_("Recording…"),
        ),
        "discard": PageAction(
            grant=LOAD,
            service=services.discard_index_file,
            arrow="discard_index_file",
            title=_("Discard the file"),
            button=_("Discard"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


def _windows() -> QuerySet[IndexWindow]:
    return IndexWindow.objects.select_related(
        *("source__backup", "source__region", "benefit__version__product", "reading__source"),
        *("maker", "checker", "asked_by", "closed_by"),
    )


def _window_context(request: HttpRequest, window: IndexWindow) -> dict[str, Any]:
    currency = window.benefit.version.product.currency
    sums = window.payouts.order_by().values("status").annotate(count=Count("pk"), minor=Sum("amount_minor"))
    by_status = {row["status"]: row for row in sums}
    total = sum(row["minor"] for row in by_status.values())
    return {
        "window": window,
        "kind": kind_of_window(window),
        "terms": how_much(window.benefit, currency),
        "index": plain(window.reading.value) if window.reading else "",
        "count": sum(row["count"] for row in by_status.values()),
        "total": Money(total, currency),
        "each": Money(services.amount_by_index(window), currency),
        "payouts": _sums_table(by_status, currency),
        "waits_for_another": _is_of_the_reader(window, request.user),
        "history": history_of(window),
    }


def _is_of_the_reader(window: IndexWindow, user: Any) -> bool:
    """Whether the next step is one that the reader, who made the last one, leaves to a colleague."""
    makers = {IndexWindow.Status.PROPOSED: window.maker_id, IndexWindow.Status.CANCELLING: window.asked_by_id}
    return window.status in makers and is_same_person(user, makers[IndexWindow.Status(window.status)])


def _sums_table(by_status: dict[str, dict[str, Any]], currency: str) -> Table:
    """How many payouts there are in each state, and what they make."""
    return Table(
        gettext("What it paid"),
        [
            Column(gettext("State")),
            Column(gettext("Policies"), number=True),
            Column(gettext("Amount"), number=True),
        ],
        [
            (state.label, by_status[state]["count"], formatting.money(Money(by_status[state]["minor"], currency)))
            for state in IndexPayout.Status
            if state in by_status
        ],
        empty=gettext("Nothing was paid."),
        small=True,
    )


WINDOW_PAGE = ObjectPage(
    name="insurance:index_window",
    template="finance/insurance/index_window.html",
    grant=READ,
    noun="window",
    rows=_windows,
    context=_window_context,
    machine=WINDOW,
    actions={
        "approve": PageAction(
            grant=APPROVE,
            service=services.approve_index_window,
            arrow="approve_index_window",
            is_open=lambda window, user: not _is_of_the_reader(window, user),
            title=_("Approve the window"),
            button=_("Approve"),
            doing=_("Recording…"),
        ),
        "withdraw": PageAction(
            grant=PROPOSE,
            service=services.withdraw_index_window,
            form=ReasonForm,
            arrow="withdraw_index_window",
            title=_("Withdraw the window"),
            button=_("Withdraw"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "ask-to-cancel": PageAction(
            grant=CANCEL,
            service=services.ask_to_cancel_index_window,
            form=ReasonForm,
            arrow="ask_to_cancel_index_window",
            title=_("Ask to cancel the window"),
            button=_("Ask to cancel"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "cancel": PageAction(
            grant=CANCEL,
            service=services.cancel_index_window,
            arrow="cancel_index_window",
            is_open=lambda window, user: not _is_of_the_reader(window, user),
            title=_("Cancel the window"),
            button=_("Cancel: nothing is paid"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "keep": PageAction(
            grant=CANCEL,
            service=services.keep_index_window,
            form=ReasonForm,
            arrow="keep_index_window",
            title=_("Keep the window"),
            button=_("Keep: it pays as agreed"),
            doing=_("Recording…"),
        ),
        "wait": PageAction(
            grant=DECIDE,
            service=services.wait_for_reading,
            form=ReasonForm,
            arrow="wait_for_reading",
            title=_("Wait for the reading"),
            button=_("Wait ten more days"),
            doing=_("Recording…"),
        ),
    },
)
