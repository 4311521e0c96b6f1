"""Learning in numbers, for the county: a chart of each number and one table, and nobody's name."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import requires
from core.web.list_files import CSV
from core.web.table_files import file_of_rows
from core.web.tables import Column, Table
from education.figures.months import READ_FIGURES, MonthOfLearning, charts_of, months_of
from stations.requests import SignedInRequest


@require_GET
@requires(READ_FIGURES)
def figures(request: SignedInRequest) -> HttpResponse:
    """The last twelve months at the stations within reach; their table is also a file."""
    months = months_of(request.user, timezone.now())
    table = _table(months)
    if CSV in request.GET:
        return file_of_rows("learning", [column.name for column in table.columns], table.rows)
    page = {
        "table": table,
        "file": f"?{CSV}=1",
        "charts": charts_of(months),
        "lessons": f"{sum(each.lessons for each in months):,}",
        "now": months[-1],
        "lent": f"{sum(each.lent for each in months):,}",
    }
    return render(request, "education/figures/months.html", page)


def _table(months: Sequence[MonthOfLearning]) -> Table:
    return Table(
        caption=_("Month by month"),
        columns=[
            Column(_("Month")),
            Column(_("Lessons"), number=True),
            Column(_("Attendance"), number=True),
            Column(_("Children without a call"), number=True),
            Column(_("Books lent"), number=True),
        ],
        rows=[
            [each.name, f"{each.lessons:,}", each.attendance_words, each.silent_words, f"{each.lent:,}"]
            for each in reversed(months)
        ],
        note=_(
            "Attendance is the share of learners who were there, of all marks of the roll calls, shown from 10 learners"
            " on. Children without a call have people to call and talked to none of them in the 30 days before the end"
            " of the month; fewer than 10 are shown as <10 and have no bar."
        ),
    )
