"""How a portfolio is shown: its shares at risk, a table by class, and the picture of the last three months."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.language import formatting
from core.web.charts import Chart, Series
from core.web.tables import Column, Table
from finance.loans.display import percent
from finance.loans.figures import WORRYING_BP
from finance.loans.portfolio import Board, Portfolio, boards_of, history_of
from stations.accounts.models import User

#: Which share, and after how many days late.
RISKS = {"par1": 1, "par30": 30, "par60": 60, "par90": 90}


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """One figure of the board."""

    label: str
    value: str
    detail: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class ShownBoard:
    """The books of one currency as the page shows them."""

    title: str
    figures: list[ShownFigure]
    table: Table
    cohorts: Table | None
    chart: Chart | None


def boards_shown(user: User) -> list[ShownBoard]:
    """What the reader reaches, the currency of most loans first."""
    return [_shown(board, user) for board in boards_of(user)]


def _shown(board: Board, user: User) -> ShownBoard:
    whole = board.whole
    loans = ngettext("%(count)s loan", "%(count)s loans", whole.loans) % {"count": f"{whole.loans:,}"}
    figures = [ShownFigure(_("Principal outstanding"), formatting.money(whole.amount("gross")), loans)]
    figures += [_risk(whole, part) for part in RISKS]
    if whole.restructured:
        figures.append(ShownFigure(_("Restructured"), formatting.money(whole.amount("restructured"))))
    figures.append(ShownFigure(_("Provision"), formatting.money(whole.amount("provision"))))
    title = _("At the close of %(day)s") % {"day": formatting.full_day(board.date)}
    if board.cohorts:
        since = _("recovered %(amount)s") % {"amount": formatting.money(board.given_up("recovered"))}
        figures.append(ShownFigure(_("Written off"), formatting.money(board.given_up("written_off")), since))
    return ShownBoard(title, figures, _by_class(board), _by_cohort(board), _picture(board, user))


def _risk(whole: Portfolio, part: str) -> ShownFigure:
    share = whole.share_bp(part)
    label = _("At least 1 day late") if part == "par1" else _("More than %(days)s days late") % {"days": RISKS[part]}
    status = "" if part == "par1" or not share else "bad" if share > WORRYING_BP else "wait"
    return ShownFigure(label, percent(share), formatting.money(whole.amount(part)), status)


def _by_class(board: Board) -> Table:
    """Every class with what is lent in it and set aside for it."""
    return Table(
        caption=_("By class"),
        columns=[
            Column(_("Class")),
            Column(_("Loans"), number=True),
            Column(_("Principal left"), number=True),
            Column(_("Provision"), number=True),
        ],
        rows=[[str(code.label), *_cells(portfolio)] for code, portfolio in board.classes],
        total=[_("Total"), *_cells(board.whole)],
    )


def _by_cohort(board: Board) -> Table | None:
    """What was written off, by the quarter in which it was paid out."""
    if not board.cohorts:
        return None
    return Table(
        caption=_("Written off, by the quarter of the pay-out"),
        columns=[
            Column(_("Quarter")),
            Column(_("Loans"), number=True),
            Column(_("Written off"), number=True),
            Column(_("Recovered"), number=True),
        ],
        rows=[
            [
                _("Q%(quarter)s %(year)s") % {"quarter": (each.quarter.month + 2) // 3, "year": each.quarter.year},
                f"{each.loans:,}",
                each.amount("written_off").grouped,
                each.amount("recovered").grouped,
            ]
            for each in board.cohorts
        ],
        total=[
            _("Total"),
            f"{sum(each.loans for each in board.cohorts):,}",
            board.given_up("written_off").grouped,
            board.given_up("recovered").grouped,
        ],
    )


def _cells(portfolio: Portfolio) -> list[str]:
    return [f"{portfolio.loans:,}", portfolio.amount("gross").grouped, portfolio.amount("provision").grouped]


def _picture(board: Board, user: User) -> Chart | None:
    """The shares at risk over the closed days of three months; one day alone is no picture."""
    days = history_of(user, board.whole.currency, until=board.date)
    if len(days) < 2:
        return None
    return Chart(
        title=_("At risk, day by day"),
        finding=_("More than 30 days late: %(now)s, %(before)s on %(day)s.")
        % {
            "now": percent(days[-1][1].share_bp("par30")),
            "before": percent(days[0][1].share_bp("par30")),
            "day": formatting.day(days[0][0]),
        },
        labels=[formatting.short_day(date) for date, _portfolio in days],
        short_labels=[
            formatting.short_day(date) if _is_labelled(n, len(days)) else "" for n, (date, _p) in enumerate(days)
        ],
        series=[
            Series(_("1 day"), [portfolio.share_bp("par1") / 100 for _date, portfolio in days]),
            Series(_("30 days"), [portfolio.share_bp("par30") / 100 for _date, portfolio in days]),
            Series(_("90 days"), [portfolio.share_bp("par90") / 100 for _date, portfolio in days]),
        ],
        unit="%",
        id=f"risk-{board.whole.currency}",
    )


def _is_labelled(index: int, of: int) -> bool:
    """Three dates stand below: the first, one in the middle, the last."""
    return index in {0, of // 2, of - 1}
