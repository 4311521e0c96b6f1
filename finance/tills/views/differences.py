"""Differences of the drawer: the list, and one of them with all that the day says about it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import load, requires
from core.files.services import store_photo
from finance.payments.models import Payment
from finance.tills import forms, services
from finance.tills.acts import Act, history_of, shown, view_of
from finance.tills.models import OverShort
from finance.tills.models.over_shorts import NOTICE
from finance.tills.queries import sheet_of, undecided_at
from finance.tills.services import OVER_SHORT
from stations.models import User

READ = "finance.read_over_short"
PAGE = 50


def _may_now(arrow: str) -> Any:
    return lambda thing, _user: thing.status in OVER_SHORT.arrows[arrow]


def _holder_now(arrow: str) -> Any:
    return lambda thing, user: thing.status in OVER_SHORT.arrows[arrow] and thing.holder_id in {None, user.pk}


def _short_now(arrow: str) -> Any:
    return lambda thing, _user: thing.status in OVER_SHORT.arrows[arrow] and thing.is_short and thing.holder_id


def _over_now(arrow: str) -> Any:
    return lambda thing, _user: thing.status in OVER_SHORT.arrows[arrow] and thing.left.minor > 0


def _said(service: Any) -> Any:
    """Words with a photo, stored first."""

    def run(thing: OverShort, data: dict[str, Any], user: User) -> None:
        at = now()
        photos = [store_photo(upload=data["photo"], by=user.pk, at=at, field="photo")] if data["photo"] else []
        service(over_short=thing, text=data["text"], files=photos, by=user, at=at)

    return run


def _done(service: Any) -> Any:
    return lambda thing, data, user: service(over_short=thing, by=user, at=now(), **data)


def _give_back(thing: OverShort, data: dict[str, Any], user: User) -> None:
    number = data["slip_no"]
    payment = Payment.objects.filter(station=thing.station_id, receipts__number=number).distinct().first()
    services.return_variance(over_short=thing, payment=payment, text=data["text"], by=user, at=now())


ACTS: dict[str, Act] = {
    "explain": Act(
        "finance.explain_variance",
        _("Say what you know"),
        _("Explain"),
        _("Sending…"),
        forms.SayForm,
        _said(services.explain_variance),
        _holder_now("explain_variance"),
    ),
    "dispute": Act(
        "finance.dispute_variance",
        _("I do not agree"),
        _("Dispute it"),
        _("Sending…"),
        forms.SayForm,
        _said(services.dispute_variance),
        _holder_now("dispute_variance"),
        kind="plain",
    ),
    "propose": Act(
        "finance.propose_charge",
        _("Propose a charge"),
        _("Propose and give notice"),
        _("Sending…"),
        forms.SayForm,
        _said(services.propose_charge),
        _short_now("propose_charge"),
        kind="danger",
    ),
    "charge": Act(
        "finance.charge_variance",
        _("Charge it"),
        _("Charge"),
        _("Charging…"),
        forms.ThingForm,
        _done(services.charge_variance),
        _may_now("charge_variance"),
        kind="danger",
    ),
    "absorb": Act(
        "finance.absorb_variance",
        _("Let the house bear it"),
        _("The house bears it"),
        _("One moment…"),
        forms.ReasonForm,
        _done(services.absorb_variance),
        _may_now("absorb_variance"),
    ),
    "decide": Act(
        "finance.decide_dispute",
        _("Decide the dispute"),
        _("Decide"),
        _("One moment…"),
        forms.DisputeForm,
        _done(services.decide_dispute),
        _may_now("decide_dispute"),
    ),
    "return": Act(
        "finance.return_variance",
        _("Its owner has come"),
        _("Give it back"),
        _("One moment…"),
        forms.OwnerForm,
        _give_back,
        _over_now("return_variance"),
    ),
}


@requires(READ)
def differences(request: HttpRequest) -> HttpResponse:
    """Those that wait for a word or a decision, oldest first; then those that are settled."""
    rows = OverShort.objects.open_to(request.user, READ).select_related("station", "holder")
    page = {
        "waiting": rows.unsettled().order_by("found_at")[:PAGE],
        "settled": rows.filter(status__in=OverShort.SETTLED).order_by("-found_at")[:PAGE],
    }
    return render(request, "finance/tills/differences.html", page)


@requires(READ)
def difference(request: HttpRequest, pk: Any) -> HttpResponse:
    """One difference, what may be done with it, and the day of the drawer."""
    found = load(_rows(), request.user, READ, pk=pk)
    return render(request, "finance/tills/difference.html", _page(request, found))


def act_of(slug: str) -> Any:
    """The view that does one of the acts."""
    return view_of(slug, ACTS[slug], space="difference", rows=_rows, page=_page)


def _page(request: HttpRequest, found: OverShort, *, tried: Any = None) -> dict[str, Any]:
    return {
        "row": found,
        "chargeable_from": found.notice_at + NOTICE if found.notice_at else None,
        "acts": shown(ACTS, found, request.user, space="difference", tried=tried or {}),
        "sheet": sheet_of(found, undecided=undecided_at(found.station)),
        "history": history_of(found),
    }


def _rows() -> Any:
    return OverShort.objects.select_related(
        "station__county", "holder", "cash_day", "remittance", "proposed_by", "asked_by", "decided_by"
    )
