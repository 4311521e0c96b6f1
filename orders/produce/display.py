"""How produce is shown: colours of states, weights, the city price divided."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.days import day_in
from core.language import formatting
from core.money import Money
from core.web.charts import Share, Shares
from core.web.tables import Cell, Column, Table
from core.web.timeline import coded
from finance.account_names import accounts_in_words
from orders.produce.models import (
    BuyerClaim,
    DeductionRow,
    FarmerStatement,
    HarvestNotice,
    Intake,
    Lot,
    StatementDeduction,
)
from orders.produce.queries import plan_of
from orders.produce.services.grading import PHOTO
from orders.produce.services.sharing import deductions_of

_H, _I, _L, _C = HarvestNotice.Status, Intake.Status, Lot.Status, BuyerClaim.Status
KINDS: dict[str, str] = {
    _H.FULFILLED: "ok",
    _H.SHORT: "bad",
    _H.CANCELLED: "info",
    _I.ACCEPTED: "ok",
    _I.DISPUTED: "bad",
    _I.REJECTED: "info",
    _I.CORRECTED: "info",
    _L.ALLOCATED: "ok",
    _L.DISPATCHED: "ok",
    _L.DELIVERED: "ok",
    _L.SETTLED: "ok",
    _L.MOVED: "info",
    _L.ON_HOLD: "bad",
    _L.RECALLED: "bad",
}
REASON_WORDS = coded({PHOTO: gettext_lazy("Photo of the fruit")})


def kind_of(row: HarvestNotice | Intake | Lot | BuyerClaim) -> str:
    """The colour of a state."""
    if isinstance(row, BuyerClaim):
        return {_C.RAISED: "wait", _C.ACCEPTED: "bad"}.get(_C(row.status), "info")
    return KINDS.get(row.status, "wait")


def weight_words(grams: int) -> str:
    """`191.65 kg`."""
    return _("%(kilograms)s kg") % {"kilograms": f"{grams / 1000:,.3f}".rstrip("0").rstrip(".")}


def percent_words(basis_points: int) -> str:
    """`84.5 %`, with one decimal, half-up."""
    tenths = (basis_points + 5) // 10
    return f"{tenths // 10}.{tenths % 10} %"


def grade_rows(intake: Intake) -> list[dict[str, Any]]:
    """The grades that stand, and what goes home."""
    rows = [
        {"title": str(each.grade), "detail": each.grade.rule_words, "grams": weight_words(each.grams)}
        for each in intake.grades.filter(round=intake.round).select_related("grade").order_by("grade__position")
    ]
    if intake.rejected_g:
        rows.append({"title": _("Not taken"), "detail": "", "grams": weight_words(intake.rejected_g)})
    return rows


def estimate_of(intake: Intake, *, at: dt.datetime) -> dict[str, Any] | None:
    """What the farmer would get at what city buyers last paid; None where nothing is known."""
    expected, station = intake.expected, intake.station
    plan = plan_of(station, currency=intake.currency, on=day_in(station.zone, at))
    if expected is None or plan is None:
        return None
    amounts = deductions_of(plan, intake.taken_g, expected.minor)
    net = Money(expected.minor - sum(amounts.values()), intake.currency)
    kept = sum(amount for row, amount in amounts.items() if row.code == DeductionRow.Code.CLAIMS_RESERVE)
    parts = [(_("the farmer"), net.minor), *((row.get_code_display(), amount) for row, amount in amounts.items())]
    share = percent_words((net.minor + kept) * 10_000 // expected.minor)
    return {"net": net, "share": share, "shares": shares_of(parts, expected, share)}


def shares_of(parts: Sequence[tuple[str, int]], whole: Money, share: str) -> Shares:
    """The city price as a bar, and who gets what of it."""
    named = [Share(name, minor, formatting.amount(Money(minor, whole.currency))) for name, minor in parts if minor]
    finding = _("%(share)s of the city price are the farmer's.") % {"share": share}
    return Shares(_("Who gets the city price"), finding, named, formatting.amount(whole))


def shares_of_statements(statements: Sequence[FarmerStatement], currency: str) -> Shares:
    """What city buyers paid for all of these, and who got it."""
    paid = sum(each.paid.minor for each in statements)
    waiting = sum(each.reserve_minor - each.released_minor for each in statements if each.settled_at is None)
    lost = sum(each.lost_minor for each in statements if each.settled_at is not None)
    rows = StatementDeduction.objects.filter(statement__in=[each.pk for each in statements])
    by_account: dict[tuple[str, str], int] = {}
    for row in rows.exclude(code=DeductionRow.Code.CLAIMS_RESERVE).order_by("pk"):
        by_account[row.code, row.account] = by_account.get((row.code, row.account), 0) + row.amount_minor
    names = accounts_in_words({account for _code, account in by_account})
    deducted = [
        (f"{DeductionRow.Code(code).label} · {names[account]}", minor) for (code, account), minor in by_account.items()
    ]
    gross = Money(sum(each.gross_minor for each in statements), currency)
    parts = [(_("the farmer"), paid), (_("kept back for claims"), waiting), *deducted]
    parts.append((_("lost to claims of buyers"), lost))
    return shares_of(parts, gross, percent_words(paid * 10_000 // gross.minor))


def statements_table(statements: Sequence[FarmerStatement], currency: str) -> Table:
    """Each lot with its weight, the city price, what was deducted and what the farmer got."""
    rows = [
        (
            Cell(formatting.day(timezone.localtime(each.made_at)), detail=str(each.lot.crop)),
            weight_words(each.grams),
            formatting.amount(each.gross),
            formatting.amount(each.gross - each.paid),
            formatting.amount(each.paid),
            percent_words(each.share_bp),
        )
        for each in statements
    ]
    gross, paid = (
        Money(sum(values), currency)
        for values in ([each.gross_minor for each in statements], [each.paid.minor for each in statements])
    )
    total = (
        _("Total"),
        weight_words(sum(each.grams for each in statements)),
        *(formatting.amount(each) for each in (gross, gross - paid, paid)),
        percent_words(paid.minor * 10_000 // gross.minor) if gross.minor else "",
    )
    columns = [
        Column(_("Sold")),
        *(
            Column(name, number=True)
            for name in (_("Weight"), _("City buyers paid"), _("Deducted"), _("Paid out"), _("Share"))
        ),
    ]
    return Table(_("What was sold"), columns, rows, total=total, empty=_("Nothing was sold yet."))
