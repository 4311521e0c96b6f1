"""Trainings in numbers, for the county: a chart and a table, and nobody's name."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import requires
from core.web.tables import Column, Table
from education.skills.figures import MONTHS, completed_by_month, numbers_of
from education.skills.models import READ_FIGURES
from stations.requests import SignedInRequest


@require_GET
@requires(READ_FIGURES)
def figures(request: SignedInRequest) -> HttpResponse:
    """Trainings of the last twelve months within reach."""
    today = timezone.localdate()
    rows = numbers_of(request.user, today)
    table = Table(
        caption=_("Courses"),
        columns=[
            Column(_("Course")),
            Column(_("Trainings"), number=True),
            Column(_("Learners"), number=True),
            Column(_("Completed it"), number=True),
            Column(_("Opened a shop after it"), number=True),
            Column(_("Learnt, from the test before to the test after")),
        ],
        rows=[
            [row.title, row.trainings, row.learners, row.completed, row.shops, row.gain.words if row.gain else "—"]
            for row in rows
        ],
        note=_("A shop counts once for a farmer, when it was opened within 90 days after the last completed training."),
        empty=_("No training was completed in the last %(months)s months.") % {"months": MONTHS},
    )
    page = {
        "table": table,
        "chart": completed_by_month(request.user, today),
        "completed": sum(row.completed for row in rows),
        "trainings": sum(row.trainings for row in rows),
        "shops": sum(row.shops for row in rows),
    }
    return render(request, "education/skills/figures.html", page)
