"""Cash on its way: declared, signed for, counted."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import load, requires
from core.days import day_in
from core.files.services import store_photo
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from finance.recon.models import BankStatementLine
from finance.tills import forms, services
from finance.tills.models import Remittance
from finance.tills.queries import denominations, till_balance
from finance.tills.reach import drawer_of
from finance.tills.services import REMITTANCE
from stations.accounts.models import Role
from stations.accounts.queries import history_of, people_in_role
from stations.models import Station, User
from stations.requests import SignedInRequest
from stations.scope import post_reaching

READ, DECLARE, RECEIVE = "finance.read_remittance", "finance.declare_remittance", "finance.receive_remittance"
PAGE = 50
_S, _WAY, _VIA = Remittance.Status, Remittance.Direction, Remittance.Via


@requires(DECLARE)
def declare(request: SignedInRequest) -> HttpResponse:
    """Say how much is brought: from one's own till to the county, or from the centre as change for `?station=`."""
    station, direction = _where(request)
    carriers = _carriers(station, direction, request.user)
    form = forms.DeclareForm(
        request.POST or None,
        currency=station.currency,
        carriers=carriers,
        by_bank=direction == _WAY.TO_COUNTY,
    )

    def declare_cash(*, carrier: str, **typed: Any) -> Remittance:
        chosen = next((user for user in carriers if str(user.pk) == carrier), None)
        via = _VIA.CARRIER if chosen else _VIA.BANK_SLIP
        return services.declare_remittance(station=station, direction=direction, via=via, carrier=chosen, **typed)

    return form_page(
        request,
        operation=DECLARE,
        form=form,
        service=declare_cash,
        then=page_of("tills:remittance"),
        template="finance/tills/declare.html",
        page=lambda: {
            "station": station,
            "is_change": direction == _WAY.TO_STATION,
            "held": till_balance(station) if direction == _WAY.TO_COUNTY else None,
        },
    )


def line_of(reference: str) -> BankStatementLine:
    """The incoming line of this reference. Raises `BankLineUnfitForSlip` at the field `bank_line`."""
    line = BankStatementLine.objects.filter(line_ref=reference, direction="in").first()
    if line is None:
        raise services.BankLineUnfitForSlip(field="bank_line")
    return line


def _where(request: SignedInRequest) -> tuple[Station, str]:
    if code := request.GET.get("station", ""):
        stations = Station.objects.select_related("county", "village")
        return load(stations, request.user, DECLARE, code=code), _WAY.TO_STATION
    return drawer_of(request.user, DECLARE), _WAY.TO_COUNTY


def _carriers(station: Station, direction: str, user: User) -> list[User]:
    role = Role.COUNTY_CLERK if direction == _WAY.TO_COUNTY else Role.PARTNER
    return [each for each in people_in_role(role, at=now(), station=station) if each.pk != user.pk]


def _may_sign(remittance: Remittance, user: User) -> bool:
    if remittance.via == _VIA.BANK_SLIP:
        return False
    return remittance.taken_at is None if remittance.carrier_id == user.pk else remittance.given_by_id is None


def _may_count(remittance: Remittance, user: User) -> bool:
    post = post_reaching(user, RECEIVE, remittance.arrives)
    is_there = post is not None and (remittance.direction == _WAY.TO_COUNTY or post.reach == "station")
    return remittance.via == _VIA.CARRIER and is_there and remittance.given_by_id != user.pk


def _is_by_bank(remittance: Remittance, _user: User) -> bool:
    return remittance.via == _VIA.BANK_SLIP


def _awaits_line(remittance: Remittance, user: User) -> bool:
    return _is_by_bank(remittance, user) and remittance.status == _S.IN_TRANSIT


def _pay_in(*, remittance: Remittance, photo: UploadedFile, by: User, at: dt.datetime) -> Remittance:
    slip = store_photo(upload=photo, by=by.pk, at=at, field="photo")
    return services.hand_over_cash(remittance=remittance, slip_photo=slip, by=by, at=at)


def _match(*, remittance: Remittance, bank_line: str, by: User, at: dt.datetime) -> Remittance:
    return services.match_remittance(remittance=remittance, bank_line=line_of(bank_line), by=by, at=at)


def _counting(_request: SignedInRequest, remittance: Remittance) -> dict[str, Any]:
    """What is counted where it arrives."""
    notes = denominations(remittance.currency, on=day_in(remittance.arrives.zone, now()))
    return {"denominations": notes, "currency": remittance.currency}


def _context(request: SignedInRequest, found: Remittance) -> dict[str, Any]:
    return {
        "row": found,
        "differences": found.over_shorts.open_to(request.user, "finance.read_over_short"),
        "history": history_of(found),
    }


def _rows() -> QuerySet[Remittance]:
    return Remittance.objects.select_related(
        "station__county", "centre__county", "carrier", "given_by", "received_by", "declared_by", "slip_photo"
    )


REMITTANCE_PAGE = ObjectPage(
    name="tills:remittance",
    template="finance/tills/remittance.html",
    grant=READ,
    noun="remittance",
    rows=_rows,
    context=_context,
    machine=REMITTANCE,
    actions={
        "sign": PageAction(
            grant="finance.hand_over_cash",
            service=services.hand_over_cash,
            arrow="hand_over_cash",
            is_open=_may_sign,
            title=_("Sign for the cash"),
            button=_("I sign for it"),
            doing=_("Signing…"),
        ),
        "pay-in": PageAction(
            grant="finance.hand_over_cash",
            service=_pay_in,
            form=forms.PhotoForm,
            arrow="hand_over_cash",
            is_open=_is_by_bank,
            title=_("Paid in at the bank"),
            button=_("Paid in"),
            doing=_("Sending…"),
        ),
        "receive": PageAction(
            grant=RECEIVE,
            service=services.receive_remittance,
            form=forms.CountForm,
            form_kwargs=_counting,
            arrow="receive_remittance",
            is_open=_may_count,
            title=_("Count what has arrived"),
            button=_("Confirm the amount received"),
            doing=_("Recording…"),
        ),
        "match": PageAction(
            grant="finance.match_remittance",
            service=_match,
            form=forms.LineForm,
            is_open=_awaits_line,
            title=_("Which bank line is it?"),
            button=_("This one"),
            doing=_("Matching…"),
        ),
        "cancel": PageAction(
            grant=DECLARE,
            service=services.cancel_remittance,
            arrow="cancel_remittance",
            title=_("Cancel delivery"),
            button=_("Cancel"),
            doing=_("One moment…"),
            kind="danger",
        ),
    },
)
