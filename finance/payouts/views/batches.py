"""Batches: one press puts them together, one press of another officer lets them go."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.access import demand_everywhere, load, may, may_everywhere, requires
from core.language import formatting
from core.web.lists import shows
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from core.web.pagination import link_to_position, position
from core.web.tables import Column, Table
from finance.countries import chosen_country, country_links, currency_of
from finance.payouts import services
from finance.payouts.display import kind_of, row_of
from finance.payouts.forms import RegionForm
from finance.payouts.lists import BATCHES
from finance.payouts.machine import BATCH
from finance.payouts.models import PayoutBatch
from finance.payouts.queries import lines_of, next_payout, regions_to_pay, totals_by_county
from finance.payouts.views.history import history_of
from finance.recon.models import BankExplanation
from finance.settlement.queries.payees import names_of
from ledger.services import book_of
from stations.models import Division, User
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, CREATE, EXPORT = (
    "finance.read_payout_batch",
    "finance.create_payout_batch",
    "finance.export_payout_batch",
)
READ_BANK = "finance.read_bank_statement"
PAGE = 50


@requires(READ)
@shows(BATCHES)
def batches(request: SignedInRequest) -> HttpResponse:
    """What would be paid now, and the batches so far, newest first."""
    if request.method == "POST":
        demand_everywhere(request.user, CREATE)
    country = chosen_country(request)
    currency = currency_of(country)

    def prepare(*, region: str, by: User, at: dt.datetime) -> PayoutBatch:
        division = Division.objects.get(pk=region) if region else None
        return services.prepare_payout_batch(country=country, currency=currency, division=division, by=by, at=at)

    form = RegionForm(request.POST or None, regions=list(regions_to_pay(country=country, currency=currency)))
    return form_page(
        request,
        operation=CREATE,
        form=form,
        service=prepare,
        then=page_of("payouts:batch"),
        template="finance/payouts/batches.html",
        page=lambda: {
            "form": form if may_everywhere(request.user, CREATE) else None,
            "countries": country_links(country),
            "next": next_payout(country=country, currency=currency),
            **BATCHES.page(request),
            "came_back": BankExplanation.objects.open_to(request.user, READ_BANK).waiting().exists(),
        },
    )


@requires(EXPORT, one_object=True)
def file(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The file of a batch, the same bytes as the bank was sent."""
    found = _found(request, EXPORT, pk)
    if not found.file_sha256:
        raise Http404
    written = services.file_of(found)
    named = {"Content-Disposition": f'attachment; filename="{written.name}"', "Cache-Control": "no-store"}
    return HttpResponse(written.content, content_type="text/csv; charset=utf-8", headers=named)


@requires(READ, one_object=True)
def sheet(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The batch on paper, for two signatures."""
    found = _found(request, READ, pk)
    page = {"batch": found, "table": _table(found), "zone": book_of(found.country).zone}
    return render(request, "finance/payouts/sheet.html", {**page, "size": "a4"})


def _found(request: SignedInRequest, verb: str, pk: UUID) -> PayoutBatch:
    return load(_batches(), request.user, verb, pk=pk)


def _batches() -> QuerySet[PayoutBatch]:
    return PayoutBatch.objects.select_related("division", "created_by", "calculated_by", "approved_by")


def _is_own(found: PayoutBatch, user: User) -> bool:
    return is_same_person(user, found.created_by_id, found.calculated_by_id)


def _context(request: SignedInRequest, found: PayoutBatch) -> dict[str, Any]:
    after = position(request, "after")
    lines = list(lines_of(found, after=UUID(after) if after else None)[: PAGE + 1])
    names = names_of(line.payee for line in lines)
    return {
        "batch": found,
        "kind": kind_of(found),
        "table": _table(found),
        "lines": [row_of(line, names) for line in lines[:PAGE]],
        "older": link_to_position(request, "after", lines[PAGE - 1].pk) if len(lines) > PAGE else "",
        "entries": history_of(found, PayoutBatch.Status),
        "waits_for_another": found.status == PayoutBatch.Status.CALCULATED and _is_own(found, request.user),
        "may_see_file": bool(found.file_sha256) and may(request.user, EXPORT),
    }


def _table(found: PayoutBatch) -> Table:
    rows = totals_by_county(found)
    return Table(
        _("By county"),
        [Column(_("County")), Column(_("Payouts"), number=True), Column(_("Amount"), number=True)],
        [[row.county, row.payouts, formatting.money(row.total)] for row in rows],
        total=[_("Total"), found.line_count, formatting.money(found.total)] if len(rows) > 1 else [],
        small=True,
        empty=_("This batch is empty."),
    )


BATCH_PAGE = ObjectPage(
    name="payouts:batch",
    template="finance/payouts/batch.html",
    grant=READ,
    noun="batch",
    rows=_batches,
    context=_context,
    machine=BATCH,
    actions={
        "calculate": PageAction(
            grant="finance.calculate_payout_batch",
            service=services.calculate_payout_batch,
            arrow="calculate_payout_batch",
        ),
        "release": PageAction(
            grant="finance.approve_payout_batch",
            service=services.release_payout_batch,
            arrow="approve_payout_batch",
            is_open=lambda found, user: not _is_own(found, user),
        ),
        "export": PageAction(grant=EXPORT, service=services.export_payout_batch, arrow="export_payout_batch"),
        "cancel": PageAction(
            grant="finance.cancel_payout_batch", service=services.cancel_payout_batch, arrow="cancel_payout_batch"
        ),
    },
)
