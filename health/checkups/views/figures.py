"""Check-up campaigns in numbers, for the county: no names, and no number that is too small."""

import csv
from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import requires
from core.csv_cells import harmless
from core.web.bars import Bars, count_bars
from core.web.tables import Column, Table
from health.checkups.display import HIDDEN
from health.checkups.models.orders import INDICATOR
from health.checkups.queries import Numbers, numbers_of
from stations.requests import SignedInRequest


@requires(INDICATOR)
def figures(request: SignedInRequest) -> HttpResponse:
    """Campaigns by township, how many each has completed, and what the county pays for them."""
    rows = numbers_of(request.user, at=now())
    first, second, *numbers = _headings()
    table = Table(
        _("Check-ups"),
        [Column(first), Column(second), *(Column(name, number=True) for name in numbers)],
        [_cells(row) for row in rows],
        note=_("A dash stands for fewer than five people, or for a number from which one could be found."),
        empty=_("No check-ups yet."),
    )
    return render(request, "health/checkups/figures.html", {"table": table, "chart": _completed_chart(rows)})


@require_GET
@requires(INDICATOR)
def figures_file(request: SignedInRequest) -> HttpResponse:
    """The same table, as a table program opens it."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"check-ups-{timezone.localdate().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    response.write("\ufeff")
    lines = csv.writer(response)
    lines.writerow(_headings())
    for row in numbers_of(request.user, at=now()):
        lines.writerow([harmless(cell) for cell in _cells(row)])
    return response


def _headings() -> list[str]:
    names = [_("Check-up campaign"), _("Township"), _("On the lists"), _("Completed"), _("Report explained")]
    return [*names, _("Paid by the county")]


def _cells(row: Numbers) -> list[str]:
    counts = (row.ordered, row.completed, row.told)
    words = [HIDDEN if number is None else f"{number:,}" for number in counts]
    return [row.campaign, row.place or _("all together"), *words, row.cost.display() if row.cost else HIDDEN]


def _completed_chart(rows: Sequence[Numbers]) -> Bars | None:
    """Completed check-ups of each campaign, all townships together; none where every number is hidden."""
    counted = {row.campaign: row.completed for row in rows if not row.place and row.completed is not None}
    if not counted:
        return None
    return count_bars(
        counted,
        title=_("Completed check-ups by campaign"),
        period=_("Check-up campaign"),
        counted=_("Completed"),
        note=_("The campaigns of the last two years, the newest first."),
        is_running=False,
    )
