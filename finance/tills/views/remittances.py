"""Cash on its way: declared, signed for, counted."""

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
from finance.tills.models import Remittance
from finance.tills.queries import till_balance
from finance.tills.reach import drawer_of
from finance.tills.services import REMITTANCE
from stations.accounts.models import Role
from stations.accounts.queries import people_in_role
from stations.models import Station, User
from stations.scope import post_reaching

READ, DECLARE, RECEIVE = "finance.read_remittance", "finance.declare_remittance", "finance.receive_remittance"
PAGE = 50
_S, _WAY, _VIA = Remittance.Status, Remittance.Direction, Remittance.Via


def _may_now(arrow: str) -> Any:
    return lambda thing, _user: thing.status in REMITTANCE.arrows[arrow]


def _may_sign(thing: Remittance, user: User) -> bool:
    if thing.status != _S.DECLARED or thing.via == _VIA.BANK_SLIP:
        return False
    return thing.taken_at is None if thing.carrier_id == user.pk else thing.given_by_id is None


def _may_pay_in(thing: Remittance, _user: User) -> bool:
    return thing.status == _S.DECLARED and thing.via == _VIA.BANK_SLIP


def _may_count(thing: Remittance, user: User) -> bool:
    post = post_reaching(user, RECEIVE, thing.arrives)
    is_there = post is not None and (thing.direction == _WAY.TO_COUNTY or post.reach == "station")
    return thing.status == _S.IN_TRANSIT and thing.via == _VIA.CARRIER and is_there and thing.given_by_id != user.pk


def _may_match(thing: Remittance, _user: User) -> bool:
    return thing.status == _S.IN_TRANSIT and thing.via == _VIA.BANK_SLIP


def _sign(thing: Remittance, _data: dict[str, Any], user: User) -> None:
    services.hand_over_cash(remittance=thing, by=user, at=now())


def _pay_in(thing: Remittance, data: dict[str, Any], user: User) -> None:
    at = now()
    photo = store_photo(upload=data["photo"], by=user.pk, at=at, field="photo")
    services.hand_over_cash(remittance=thing, slip_photo=photo, by=user, at=at)


def _count(thing: Remittance, data: dict[str, Any], user: User) -> None:
    lines = {int(name[1:]): pieces for name, pieces in data.items() if name.startswith("v") and pieces}
    services.receive_remittance(remittance=thing, lines=lines, by=user, at=now())


def _cancel(thing: Remittance, _data: dict[str, Any], user: User) -> None:
    services.cancel_remittance(remittance=thing, by=user, at=now())


def _match(thing: Remittance, data: dict[str, Any], user: User) -> None:
    line = BankStatementLine.objects.filter(line_ref=data["bank_line"], direction="in").first()
    if line is None:
        raise services.BankLineUnfitForSlip(field="bank_line")
    services.match_remittance(remittance=thing, bank_line=line, by=user, at=now())


ACTS: dict[str, Act] = {
    "sign": Act(
        "finance.hand_over_cash",
        _("Sign for the cash"),
        _("I sign for it"),
        _("Signing…"),
        forms.ThingForm,
        _sign,
        _may_sign,
    ),
    "pay-in": Act(
        "finance.hand_over_cash",
        _("Paid in at the bank"),
        _("It is paid in"),
        _("Sending…"),
        forms.PhotoForm,
        _pay_in,
        _may_pay_in,
    ),
    "receive": Act(
        RECEIVE,
        _("Count what has arrived"),
        _("This is what arrived"),
        _("Writing it down…"),
        forms.ArrivalForm,
        _count,
        _may_count,
    ),
    "match": Act(
        "finance.match_remittance",
        _("Which bank line is it?"),
        _("This one"),
        _("Matching…"),
        forms.LineForm,
        _match,
        _may_match,
    ),
    "cancel": Act(
        DECLARE,
        _("It will not be brought"),
        _("Call it off"),
        _("One moment…"),
        forms.ThingForm,
        _cancel,
        _may_now("cancel_remittance"),
        kind="danger",
    ),
}


@requires(READ)
def remittances(request: HttpRequest) -> HttpResponse:
    """What is under way, oldest first; then what has arrived."""
    rows = Remittance.objects.open_to(request.user, READ).select_related("station", "carrier")
    page = {
        "under_way": rows.under_way().order_by("declared_at")[:PAGE],
        "arrived": rows.exclude(status__in=[_S.DECLARED, _S.IN_TRANSIT]).order_by("-declared_at")[:PAGE],
        "may_declare": may(request.user, DECLARE),
    }
    return render(request, "finance/tills/remittances.html", page)


@requires(DECLARE)
def declare(request: HttpRequest) -> HttpResponse:
    """Say how much is brought: from one's own till to the county, or from the centre as change for `?station=`."""
    station, direction = _where(request)
    carriers = _carriers(station, direction, request.user)
    form = forms.DeclareForm(
        request.POST or None,
        currency=station.currency,
        carriers=carriers,
        by_bank=direction == _WAY.TO_COUNTY,
    )

    def run(data: dict[str, Any]) -> str:
        carrier = next((user for user in carriers if str(user.pk) == data["carrier"]), None)
        made = services.declare_remittance(
            station=station,
            direction=direction,
            via=_VIA.CARRIER if carrier else _VIA.BANK_SLIP,
            amount=data["amount"],
            carrier=carrier,
            by=request.user,
            at=now(),
        )
        return reverse("tills:remittance", args=[made.pk])

    outcome = submit(request, operation=DECLARE, form=form, run=run)
    if outcome.done:
        return outcome.response
    page = {
        "form": outcome.form,
        "station": station,
        "is_change": direction == _WAY.TO_STATION,
        "held": till_balance(station) if direction == _WAY.TO_COUNTY else None,
    }
    return render(request, "finance/tills/declare.html", page, status=outcome.status)


@requires(READ)
def remittance(request: HttpRequest, pk: Any) -> HttpResponse:
    """One remittance: who has signed, what has arrived, what comes next."""
    found = load(_rows(), request.user, READ, pk=pk)
    return render(request, "finance/tills/remittance.html", _page(request, found))


def act_of(slug: str) -> Any:
    """The view that does one of the acts."""
    return view_of(slug, ACTS[slug], space="remittance", rows=_rows, page=_page)


def _where(request: HttpRequest) -> tuple[Station, str]:
    if code := request.GET.get("station", ""):
        stations = Station.objects.select_related("county", "village")
        return load(stations, request.user, DECLARE, code=code), _WAY.TO_STATION
    return drawer_of(request.user, DECLARE), _WAY.TO_COUNTY


def _carriers(station: Station, direction: str, user: User) -> list[User]:
    role = Role.COUNTY_CLERK if direction == _WAY.TO_COUNTY else Role.PARTNER
    return [each for each in people_in_role(role, at=now(), station=station) if each.pk != user.pk]


def _page(request: HttpRequest, found: Remittance, *, tried: Any = None) -> dict[str, Any]:
    return {
        "row": found,
        "acts": shown(ACTS, found, request.user, space="remittance", tried=tried or {}),
        "differences": found.over_shorts.open_to(request.user, "finance.read_over_short"),
        "history": history_of(found),
    }


def _rows() -> Any:
    return Remittance.objects.select_related(
        "station__county", "centre__county", "carrier", "given_by", "received_by", "declared_by", "slip_photo"
    )
