"""Records that nobody has needed for years: the county sets them aside, or keeps them."""

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import ngettext

from core.access import requires
from core.web.page_actions import form_page, to
from stations.accounts.models import User
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

    def decide(*, records: list[str], actor: User, at: dt.datetime) -> None:
        chosen = [rows[key] for key in records]
        _tell(request, services.decide_together(proposals=chosen, verb=verb, actor=actor, at=at))

    return form_page(
        request,
        operation=f"stations.{verb}",
        form=DecideForm(labels, request.POST or None),
        service=decide,
        then=to("archive:proposals"),
        template="stations/archive/proposals.html",
        page=lambda: {"rows": rows},
        by="actor",
    )


def _tell(request: SignedInRequest, done: list[ArchiveProposal]) -> None:
    """How many were set aside, and how many stay."""
    aside = sum(1 for row in done if row.status == ArchiveProposal.Status.ARCHIVED)
    kept = len(done) - aside
    if aside:
        words = ngettext("%(n)s record archived.", "%(n)s records archived.", aside)
        messages.success(request, words % {"n": aside})
    if kept:
        messages.success(request, ngettext("%(n)s record remains.", "%(n)s records remain.", kept) % {"n": kept})
