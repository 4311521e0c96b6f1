"""Records that nobody has needed for years: the county sets them aside, or keeps them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import ngettext

from core.access import requires
from core.forms import submit
from stations.archive import services
from stations.archive.forms import DecideForm
from stations.archive.models import ArchiveProposal
from stations.archive.queries import PAGE, label_of, waiting_in_order
from stations.requests import SignedInRequest

VERB = "stations.archive_person"


@requires(VERB)
def proposals(request: SignedInRequest) -> HttpResponse:
    """Those that wait, the longest unseen first; several are decided with one press."""
    rows = {str(row.pk): row for row in waiting_in_order(ArchiveProposal.objects.open_to(request.user, VERB))[:PAGE]}
    labels = [(key, label_of(row)) for key, row in rows.items()]
    verb = "keep_proposed" if "keep" in request.POST else "archive_proposed"

    def run(data: dict[str, Any]) -> str:
        chosen = [rows[key] for key in data["records"]]
        done = services.decide_together(proposals=chosen, verb=verb, actor=request.user, at=now())
        _tell(request, done)
        return reverse("archive:proposals")

    outcome = submit(request, operation=f"stations.{verb}", form=DecideForm(labels, request.POST or None), run=run)
    if outcome.done:
        return outcome.response
    page = {"form": outcome.form, "rows": rows}
    return render(request, "stations/archive/proposals.html", page, status=outcome.status)


def _tell(request: SignedInRequest, done: list[ArchiveProposal]) -> None:
    """How many were set aside, and how many stay."""
    aside = sum(1 for row in done if row.status == ArchiveProposal.Status.ARCHIVED)
    kept = len(done) - aside
    if aside:
        words = ngettext("%(n)s record is set aside.", "%(n)s records are set aside.", aside)
        messages.success(request, words % {"n": aside})
    if kept:
        messages.success(request, ngettext("%(n)s record stays.", "%(n)s records stay.", kept) % {"n": kept})
