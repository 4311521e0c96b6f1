"""Tutoring in numbers, for the county: a chart and a table, and nobody's name."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import requires
from core.language import formatting
from core.web.tables import Column, Table
from education.tutoring.figures import MONTHS, READ_FIGURES, held_by_month, numbers_of, unfunded_in
from stations.requests import SignedInRequest


@require_GET
@requires(READ_FIGURES)
def figures(request: SignedInRequest) -> HttpResponse:
    """Lessons of the last twelve months with tutors within reach."""
    today = timezone.localdate()
    rows = numbers_of(request.user, today)
    table = Table(
        caption=_("Month by month"),
        columns=[
            Column(_("Month")),
            Column(_("Lessons"), number=True),
            Column(_("Minutes"), number=True),
            Column(_("Learners"), number=True),
            Column(_("Missed"), number=True),
            Column(_("Cancelled"), number=True),
            Column(_("Stipends"), number=True),
            Column(_("Without funds"), number=True),
        ],
        rows=[
            [
                *(formatting.month(row.month), row.held, f"{row.minutes:,}", row.learners, row.missed, row.cancelled),
                *(row.stipends.display(), row.unfunded.display()),
            ]
            for row in rows
        ],
        note=_("Fewer than 10 learners are shown as <10. What is without funds is tried again every night."),
        empty=_("No lesson was held in the last %(months)s months.") % {"months": MONTHS},
    )
    page = {
        "table": table,
        "chart": held_by_month(rows, today),
        "held": sum(row.held for row in rows),
        "missed": sum(row.missed for row in rows),
        "unfunded": [each.display() for each in unfunded_in(rows)],
    }
    return render(request, "education/tutoring/figures.html", page)
