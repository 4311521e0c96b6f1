"""The public register: what funds and insurers received and paid."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import PUBLIC, requires
from core.csv_cells import harmless, line_writer
from core.language import formatting
from core.money import Money
from core.web.tables import Cell, Column, Table
from finance.insurance.models import RegisterMonth, RegisterRow

MONTHS, PAYOUTS = 48, 200
#: Rows of the file that are read at once.
CHUNK = 2_000


@require_GET
@requires(PUBLIC)
def register(request: HttpRequest) -> HttpResponse:
    """Sums by payer and month, and the latest payouts without anything that tells who was paid."""
    months = RegisterMonth.objects.with_received_to_date().select_related("fund", "insurer")
    rows = _payouts().order_by("-month_date", "-pk")[:PAYOUTS]
    page = {
        "months": _months_table(list(months.order_by("-month_date", "-pk")[:MONTHS])),
        "payouts": _payouts_table(list(rows)),
    }
    return render(request, "finance/insurance/register.html", page)


@require_GET
@requires(PUBLIC)
def payouts_file(_request: HttpRequest) -> StreamingHttpResponse:
    """Every payout of the register as a table program opens it, the latest first."""
    headers = {"Content-Disposition": 'attachment; filename="insurance-payouts.csv"'}
    lines = _file_lines(translation.get_language() or "en")
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _file_lines(language: str) -> Iterator[str]:
    """The reader's language holds while the file is written, after the request has ended."""
    writer = line_writer()
    with translation.override(language):
        yield "\ufeff" + writer.writerow(
            [
                *(_("Month"), _("Fund or insurer"), _("Code"), _("Place")),
                *(_("What for"), _("Amount"), _("Currency"), _("Correction")),
            ]
        )
    for row in _payouts().order_by("-month_date", "-pk").iterator(CHUNK):
        with translation.override(language):
            yield writer.writerow(
                [
                    *(f"{row.month_date:%Y-%m}", harmless(row.payer.shown_name)),
                    *(row.place.code, harmless(row.place.name), row.get_group_display()),
                    *(str(row.amount), row.currency, _("yes") if row.is_correction else ""),
                ]
            )


def _payouts() -> QuerySet[RegisterRow]:
    return RegisterRow.objects.select_related("place", "fund", "insurer")


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
    received, premiums, claims, left = (
        formatting.money(Money(minor, row.currency))
        for minor in (row.received_minor, row.premiums_minor, row.claims_minor, row.left_minor)
    )
    return (
        *(row.payer.shown_name, formatting.month(row.month_date), received, premiums),
        _with_share(claims, row.loss_ratio_bp, _("%(share)s of the premiums")),
        _with_share(left, row.paid_out_bp(row.received_to_date), _("%(share)s paid out so far")),
        row.decided,
        _with_share(row.rejected, row.rejected_bp, "%(share)s"),
        _with_share(row.appealed, row.appealed_bp, "%(share)s"),
        "" if row.median_days is None else row.median_days,
    )


def _with_share(value: Any, share_bp: int | None, words: str) -> Cell:
    """A value, and below it which share of the whole it is, where there is a whole."""
    return Cell(value, detail="" if share_bp is None else words % {"share": f"{share_bp / 100:.1f}%"})


def _payouts_table(rows: list[RegisterRow]) -> Table:
    return Table(
        _("Payouts"),
        [
            *(Column(_("Month")), Column(_("Fund or insurer")), Column(_("Place"))),
            *(Column(_("What for")), Column(_("Amount"), number=True)),
        ],
        [
            (
                *(formatting.month(row.month_date), row.payer.shown_name, row.place.name),
                *(capfirst(row.get_group_display()), formatting.money(row.amount)),
            )
            for row in rows
        ],
        empty=_("Nothing was paid yet."),
    )
