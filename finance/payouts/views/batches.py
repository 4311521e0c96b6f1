"""Batches: one press puts them together, one press of another officer lets them go."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import writing
from core.access import demand_everywhere, load, may, may_everywhere, requires
from core.forms import KeyedForm, PressForm, submit
from core.pages import link_to_position, position
from core.tables import Column, Table
from finance.countries import chosen_country, country_links, currency_of
from finance.payouts import services
from finance.payouts.forms import RegionForm
from finance.payouts.models import PayoutBatch
from finance.payouts.queries import lines_of, next_payout, regions_to_pay, totals_by_county
from finance.payouts.views.history import history_of
from finance.payouts.words import kind_of, row_of
from finance.recon.models import BankExplanation
from finance.settlement.queries.payees import names_of
from ledger.services import book_of
from stations.models import Division
from stations.two_persons import is_same_person

READ, CREATE, CALCULATE, APPROVE, EXPORT, CANCEL = (
    "finance.read_payout_batch",
    "finance.create_payout_batch",
    "finance.calculate_payout_batch",
    "finance.approve_payout_batch",
    "finance.export_payout_batch",
    "finance.cancel_payout_batch",
)
READ_BANK = "finance.read_bank_statement"
PAGE = 50
_S = PayoutBatch.Status


@requires(READ)
def batches(request: HttpRequest) -> HttpResponse:
    """What would be paid now, and the batches so far, newest first."""
    if request.method == "POST":
        demand_everywhere(request.user, CREATE)
    country = chosen_country(request)
    currency = currency_of(country)
    regions = list(regions_to_pay(country=country, currency=currency))
    form = RegionForm(request.POST or None, regions=regions)

    def run(data: dict[str, Any]) -> str:
        batch = services.prepare_payout_batch(
            country=country,
            currency=currency,
            division=Division.objects.get(pk=data["region"]) if data["region"] else None,
            by=request.user,
            at=now(),
        )
        return _page_of(batch.pk)

    outcome = submit(request, operation=CREATE, form=form, run=run)
    if outcome.done:
        return outcome.response
    rows = PayoutBatch.objects.open_to(request.user, READ).select_related("division").order_by("-id")
    page = {
        "form": outcome.form if may_everywhere(request.user, CREATE) else None,
        "next": next_payout(country=country, currency=currency),
        "countries": country_links(country),
        "rows": [(batch, kind_of(batch)) for batch in rows[:PAGE]],
        "came_back": BankExplanation.objects.open_to(request.user, READ_BANK).waiting().exists(),
    }
    return render(request, "finance/payouts/batches.html", page, status=outcome.status)


@requires(READ)
def batch(request: HttpRequest, pk: Any) -> HttpResponse:
    """One batch: totals by county, what comes next, and each payout."""
    found = _found(request, READ, pk)
    return render(request, "finance/payouts/batch.html", _batch_page(request, found))


@require_POST
@requires(CALCULATE)
def calculate(request: HttpRequest, pk: Any) -> HttpResponse:
    """Take up what came since, and drop what can no longer be paid."""
    found = _found(request, CALCULATE, pk)

    def run(_data: dict[str, Any]) -> str:
        services.calculate_payout_batch(batch=found, by=request.user, at=now())
        return _page_of(pk)

    return _acted(request, found, CALCULATE, run)


@require_POST
@requires(APPROVE)
def release(request: HttpRequest, pk: Any) -> HttpResponse:
    """Approve the batch and let its file go to the bank."""
    found = _found(request, APPROVE, pk)

    def run(_data: dict[str, Any]) -> str:
        services.release_payout_batch(batch=found, by=request.user, at=now())
        return _page_of(pk)

    return _acted(request, found, APPROVE, run)


@require_POST
@requires(EXPORT)
def export(request: HttpRequest, pk: Any) -> HttpResponse:
    """Write the file of an approved batch."""
    found = _found(request, EXPORT, pk)

    def run(_data: dict[str, Any]) -> str:
        services.export_payout_batch(batch=found, by=request.user, at=now())
        return _page_of(pk)

    return _acted(request, found, EXPORT, run)


@require_POST
@requires(CANCEL)
def cancel(request: HttpRequest, pk: Any) -> HttpResponse:
    """Call the batch off before its file is written."""
    found = _found(request, CANCEL, pk)

    def run(_data: dict[str, Any]) -> str:
        services.cancel_payout_batch(batch=found, by=request.user, at=now())
        return _page_of(pk)

    return _acted(request, found, CANCEL, run)


@requires(EXPORT)
def file(request: HttpRequest, pk: Any) -> HttpResponse:
    """The file of a batch, the same bytes as the bank was sent."""
    found = _found(request, EXPORT, pk)
    if not found.file_sha256:
        raise Http404
    written = services.file_of(found)
    named = {"Content-Disposition": f'attachment; filename="{written.name}"', "Cache-Control": "no-store"}
    return HttpResponse(written.content, content_type="text/csv; charset=utf-8", headers=named)


@requires(READ)
def sheet(request: HttpRequest, pk: Any) -> HttpResponse:
    """The batch on paper, for two signatures."""
    found = _found(request, READ, pk)
    page = {"batch": found, "table": _table(found), "zone": book_of(found.country).zone}
    return render(request, "finance/payouts/sheet.html", {**page, "size": "a4"})


def _found(request: HttpRequest, verb: str, pk: Any) -> PayoutBatch:
    related = ("division", "created_by", "calculated_by", "approved_by")
    return load(PayoutBatch.objects.select_related(*related), request.user, verb, pk=pk)


def _page_of(pk: Any) -> str:
    return reverse("payouts:batch", args=[pk])


def _acted(request: HttpRequest, found: PayoutBatch, verb: str, run: Any) -> HttpResponse:
    outcome = submit(request, operation=verb, form=PressForm(request.POST), run=run)
    if outcome.done:
        return outcome.response
    found.refresh_from_db()
    page = {**_batch_page(request, found), "refused": outcome.form}
    return render(request, "finance/payouts/batch.html", page, status=outcome.status)


def _batch_page(request: HttpRequest, found: PayoutBatch) -> dict[str, Any]:
    is_own = is_same_person(request.user, found.created_by_id, found.calculated_by_id)
    after = position(request, "after")
    lines = list(lines_of(found, after=UUID(after) if after else None)[: PAGE + 1])
    names = names_of(line.payee for line in lines)
    return {
        "batch": found,
        "kind": kind_of(found),
        "table": _table(found),
        "lines": [row_of(line, names) for line in lines[:PAGE]],
        "older": link_to_position(request, "after", lines[PAGE - 1].pk) if len(lines) > PAGE else "",
        "entries": history_of(found, _S),
        "calculate": _press(request, found, CALCULATE, {_S.OPEN, _S.CALCULATED}),
        "release": _press(request, found, APPROVE, {_S.CALCULATED}) if not is_own else None,
        "waits_for_another": found.status == _S.CALCULATED and is_own,
        "export": _press(request, found, EXPORT, {_S.APPROVED}),
        "cancel": _press(request, found, CANCEL, {_S.OPEN, _S.CALCULATED, _S.APPROVED}),
        "may_see_file": bool(found.file_sha256) and may(request.user, EXPORT),
    }


def _press(request: HttpRequest, found: PayoutBatch, verb: str, states: set[str]) -> KeyedForm | None:
    return PressForm() if found.status in states and may(request.user, verb) else None


def _table(found: PayoutBatch) -> Table:
    rows = totals_by_county(found)
    return Table(
        _("By county"),
        [Column(_("County")), Column(_("Payouts"), number=True), Column(_("Amount"), number=True)],
        [[row.county, row.payouts, writing.money(row.total)] for row in rows],
        total=[_("Together"), found.line_count, writing.money(found.total)] if len(rows) > 1 else [],
        small=True,
        empty=_("No payout is in this batch."),
    )
