"""How the quarters of a partner are shown: the newest figures of each, and how they came to be."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.language import formatting
from core.web.charts import Chart, Series
from core.web.tables import Cell, Column, Table
from finance.credit.models import PartnerVintage, RecommendationStanding
from finance.credit.vintages import LEAST_LOANS, SUSPENDED_ABOVE, WARNED_ABOVE
from finance.loans.display import percent


def quarters_table(vintages: Sequence[PartnerVintage]) -> Table:
    """What was lent in each quarter, and how much of it is at risk."""
    return Table(
        caption=_("By the quarter of the pay-out"),
        columns=[
            Column(_("Quarter")),
            Column(_("Loans"), number=True),
            Column(_("Paid out"), number=True),
            Column(_("At risk or written off"), number=True),
            Column(_("Share"), number=True),
        ],
        rows=[
            [
                quarter_words(each.quarter_date),
                f"{each.loans:,}",
                formatting.money(each.disbursed),
                formatting.money(each.at_risk),
                Cell(percent(each.par30_bp), status=_kind(each)),
            ]
            for each in vintages
        ],
        note=_("Above %(warned)s of at least %(loans)s loans: warned. Above %(suspended)s: suspended.")
        % {"warned": percent(WARNED_ABOVE), "suspended": percent(SUSPENDED_ABOVE), "loans": LEAST_LOANS},
    )


def quarters_chart(standing: RecommendationStanding, vintages: Sequence[PartnerVintage]) -> Chart | None:
    """The share at risk of each quarter, close by close where it changed; one close alone is no picture."""
    shown = [each for each in vintages if each.currency == vintages[0].currency]
    measured = PartnerVintage.objects.filter(
        partner_ref=standing.partner_ref,
        county=standing.county_id,
        currency__in={each.currency for each in shown},
        quarter_date__in=[each.quarter_date for each in shown],
    )
    found = {(row.quarter_date, row.as_of_date): row.par30_bp for row in measured}
    days = sorted({day for _quarter, day in found})
    if len(days) < 2:
        return None
    quarters = [each.quarter_date for each in shown]
    return Chart(
        title=_("At risk, quarter by quarter"),
        finding=_("More than 30 days late, restructured or written off: %(now)s of %(quarter)s.")
        % {"now": percent(shown[0].par30_bp), "quarter": quarter_words(shown[0].quarter_date)},
        labels=[formatting.short_day(day) for day in days],
        short_labels=[
            formatting.short_day(day) if place in {0, len(days) // 2, len(days) - 1} else ""
            for place, day in enumerate(days)
        ],
        series=[Series(quarter_words(quarter), _line(quarter, days, found)) for quarter in quarters],
        unit="%",
        id="quarters",
    )


def _line(quarter: dt.date, days: Sequence[dt.date], found: dict[tuple[dt.date, dt.date], int]) -> list[float | None]:
    """One value per day: a quarter stands as it was measured last; a gap before it was measured at all."""
    values: list[float | None] = []
    last: float | None = None
    for day in days:
        bp = found.get((quarter, day))
        last = last if bp is None else bp / 100
        values.append(last)
    return values


def quarter_words(quarter: dt.date) -> str:
    """`Q4 2026`."""
    return _("Q%(quarter)s %(year)s") % {"quarter": (quarter.month + 2) // 3, "year": quarter.year}


def _kind(vintage: PartnerVintage) -> str:
    if vintage.loans < LEAST_LOANS or vintage.par30_bp <= WARNED_ABOVE:
        return ""
    return "bad" if vintage.par30_bp > SUSPENDED_ABOVE else "wait"
