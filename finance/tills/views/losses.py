"""Cash that is gone: reported at the station, closed by two people of finance."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import load, may, requires
from core.files.services import store_photo
from core.forms import submit
from finance.recon.models import BankStatementLine
from finance.tills import forms, services
from finance.tills.acts import Act, history_of, shown, view_of
from finance.tills.models import LossCase, Remittance
from finance.tills.reach import drawer_of
from finance.tills.services import LOSS_CASE
from stations.models import User

READ, REPORT = "finance.read_loss_case", "finance.report_loss"
PAGE = 50


def _insure(thing: LossCase, data: dict[str, Any], user: User) -> None:
    line = BankStatementLine.objects.filter(line_ref=data["bank_line"], direction="in").first()
    if line is None:
        raise services.BankLineUnfitForSlip(field="bank_line")
    services.take_insurance(loss_case=thing, bank_line=line, by=user, at=now())


def _close(thing: LossCase, _data: dict[str, Any], user: User) -> None:
    services.close_loss(loss_case=thing, by=user, at=now())


ACTS: dict[str, Act] = {
    "insurance": Act(
        "finance.take_insurance",
        _("The insurer has paid"),
        _("This line is it"),
        _("Matching…"),
        forms.LineForm,
        _insure,
        lambda thing, _user: thing.status in LOSS_CASE.arrows["take_insurance"],
        kind="plain",
    ),
    "close": Act(
        "finance.close_loss",
        _("Close the case"),
        _("Close it"),
        _("Closing…"),
        forms.ThingForm,
        _close,
        lambda thing, _user: thing.status in LOSS_CASE.arrows["close_loss"],
    ),
}


@requires(READ)
def losses(request: HttpRequest) -> HttpResponse:
    """The losses within reach, those that are open first."""
    rows = LossCase.objects.open_to(request.user, READ).select_related("station")
    page = {"rows": rows.order_by("-status", "-reported_at")[:PAGE], "may_report": may(request.user, REPORT)}
    return render(request, "finance/tills/losses.html", page)


@requires(REPORT)
def report(request: HttpRequest) -> HttpResponse:
    """Report that cash is gone."""
    station = drawer_of(request.user, REPORT)
    under_way = list(Remittance.objects.filter(station=station, status=Remittance.Status.IN_TRANSIT))
    form = forms.LossForm(request.POST or None, request.FILES or None, currency=station.currency, on_the_way=under_way)

    def run(data: dict[str, Any]) -> str:
        at = now()
        photo = data.pop("photo")
        lost = next((each for each in under_way if str(each.pk) == data["kind"]), None)
        kind = LossCase.Kind.LOST_REMITTANCE if lost else data["kind"]
        files = [store_photo(upload=photo, by=request.user.pk, at=at, field="photo")] if photo else []
        words = {**data, "kind": kind, "remittance": lost, "files": files}
        return reverse("tills:loss", args=[services.report_loss(station=station, by=request.user, at=at, **words).pk])

    outcome = submit(request, operation=REPORT, form=form, run=run)
    if outcome.done:
        return outcome.response
    page = {"form": outcome.form, "station": station}
    return render(request, "finance/tills/report_loss.html", page, status=outcome.status)


@requires(READ)
def loss(request: HttpRequest, pk: Any) -> HttpResponse:
    """One loss: what was reported, what the insurer paid, who closed it."""
    found = load(_rows(), request.user, READ, pk=pk)
    return render(request, "finance/tills/loss.html", _page(request, found))


def act_of(slug: str) -> Any:
    """The view that does one of the acts."""
    return view_of(slug, ACTS[slug], space="loss", rows=_rows, page=_page)


def _page(request: HttpRequest, found: LossCase, *, tried: Any = None) -> dict[str, Any]:
    return {
        "row": found,
        "acts": shown(ACTS, found, request.user, space="loss", tried=tried or {}),
        "history": history_of(found),
    }


def _rows() -> Any:
    return LossCase.objects.select_related("station__county", "reported_by", "asked_by", "closed_by", "remittance")
