"""The public register: what funds and insurers received and paid."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import PUBLIC, requires
from core.language import formatting
from core.money import Money
from core.web.tables import Column, Table
from finance.insurance.models import RegisterMonth, RegisterRow

MONTHS, PAYOUTS = 48, 200


@require_GET
@requires(PUBLIC)
def register(request: HttpRequest) -> HttpResponse:
    """Sums by payer and month, and the latest payouts without anything that tells who was paid."""
    months = RegisterMonth.objects.select_related("fund", "insurer").order_by("-month_date", "-pk")[:MONTHS]
    rows = RegisterRow.objects.select_related("place").order_by("-month_date", "-pk")[:PAYOUTS]
    page = {"months": _months_table(list(months)), "payouts": _payouts_table(list(rows))}
    return render(request, "finance/insurance/register.html", page)


def _months_table(rows: list[RegisterMonth]) -> Table:
    names = (_("Money in"), _("Premiums"), _("Claims paid"), _("Left"))
    return Table(
        _("Funds and insurers by month"),
        [
            *(Column(_("Fund or insurer")), Column(_("Month"))),
            *(Column(name, number=True) for name in names),
            *(Column(_("Decided"), number=True), Column(_("Declined"), number=True)),
            *(Column(_("Appealed"), number=True), Column(_("Days to decide"), number=True)),
        ],
        [_month(row) for row in rows],
        empty=_("The first month is written on the 3rd of the next."),
    )


def _month(row: RegisterMonth) -> tuple[Any, ...]:
    payer = row.fund or row.insurer
    sums = (row.received_minor, row.premiums_minor, row.claims_minor, row.left_minor)
    return (
        payer.shown_name if payer else "",
        formatting.month(row.month_date),
        *(formatting.money(Money(minor, row.currency)) for minor in sums),
        *(row.decided, row.rejected, row.appealed),
        "" if row.median_days is None else row.median_days,
    )


def _payouts_table(rows: list[RegisterRow]) -> Table:
    return Table(
        _("Payouts"),
        [Column(_("Month")), Column(_("Place")), Column(_("What for")), Column(_("Amount"), number=True)],
        [
            (
                formatting.month(row.month_date),
                row.place.name,
                capfirst(row.get_group_display()),
                formatting.money(row.amount),
            )
            for row in rows
        ],
        empty=_("Nothing was paid yet."),
        small=True,
    )
