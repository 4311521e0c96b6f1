"""Campaigns with their sheet, labels to print, and the page of a donor."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core.access import PUBLIC, load, may, requires
from core.errors import Refused
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from education.supplies import services
from education.supplies.display import status_of_campaign
from education.supplies.forms import (
    CampaignForm,
    CountForm,
    DamageForm,
    SendCrateForm,
    SendForm,
    SerialForm,
    SettleForm,
)
from education.supplies.labels import CODE, SERIAL
from education.supplies.models import READ, Campaign, Kit, KitCrate, KitSettlement
from education.supplies.queries import served_by, sheet_of
from logistics.parcels.barcodes import code_128
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.current_station import counter_of
from stations.network.models import Station
from stations.places.models import Division
from stations.recruitment.services import count_look_up
from stations.requests import SignedInRequest
from stations.scope import posts_granting

OPEN, REGISTER, SEND = "education.open_kit_campaign", "education.register_kits", "education.send_kits"
RECEIVE, DAMAGE = "education.receive_kit", "education.report_kit_damaged"
SEND_BACK, SETTLE = "education.send_kit_crate", "education.propose_kit_settlement"
SHOWN = 100


def _campaigns() -> QuerySet[Campaign]:
    return Campaign.objects.select_related("county")


@requires(OPEN)
def open_campaign(request: SignedInRequest) -> HttpResponse:
    """Open a campaign in the reader's county."""
    ids = [post.division_id for post in posts_granting(request.user, OPEN)]
    county = get_object_or_404(Division, pk=ids[0] if ids else None, level=Division.Level.COUNTY)
    return form_page(
        request,
        operation=OPEN,
        form=CampaignForm(request.POST or None),
        service=partial(services.open_campaign, county=county),
        then=page_of("supplies:campaign"),
        template="education/supplies/open_campaign.html",
        page=lambda: {"county": county},
        done=_("The campaign is open."),
    )


def _context(request: SignedInRequest, found: Campaign) -> dict[str, Any]:
    colour, words = status_of_campaign(found)
    mine = Kit.objects.open_to(request.user, READ).filter(campaign=found, state=Kit.State.AT_STATION)
    return {
        "campaign": found,
        "kind": colour,
        "words": words,
        "sheet": sheet_of(found),
        "here": mine.count() if may(request.user, RECEIVE) else None,
        "may_register": may(request.user, REGISTER),
        "history": history_of(found),
    }


def _stations(_request: SignedInRequest, found: Campaign) -> dict[str, Any]:
    return {"stations": [(str(each.pk), each.name) for each in served_by(found)]}


def _within_reach(verb: str) -> Callable[[SignedInRequest, Campaign], dict[str, Any]]:
    """Which kits of the campaign this reader may scan for this verb."""
    return lambda request, found: {"kits": found.kits.open_to(request.user, verb)}


def _send(*, campaign: Campaign, station: str, count: int, by: User, at: dt.datetime) -> Campaign:
    chosen = get_object_or_404(Station, pk=station)
    return services.send_kits(campaign=campaign, station=chosen, count=count, by=by, at=at)


def _kit(campaign: Campaign, serial: str, by: User, verb: str) -> Kit:
    return load(Kit.objects.filter(campaign=campaign), by, verb, serial=serial)


def _receive(*, campaign: Campaign, serial: str, by: User, at: dt.datetime) -> Kit:
    return services.receive_kit(kit=_kit(campaign, serial, by, RECEIVE), by=by, at=at)


def _damage(*, campaign: Campaign, serial: str, reason: str, by: User, at: dt.datetime) -> Kit:
    return services.report_kit_damaged(kit=_kit(campaign, serial, by, DAMAGE), reason=reason, by=by, at=at)


def _send_back(*, campaign: Campaign, serials: list[str], by: User, at: dt.datetime) -> KitCrate:
    station = counter_of(by, SEND_BACK)
    return services.send_crate(campaign=campaign, station=station, serials=serials, by=by, at=at)


def _lies_here(found: Campaign, user: User) -> bool:
    return found.kits.open_to(user, SEND_BACK).filter(state=Kit.State.AT_STATION).exists()


def _settle(*, campaign: Campaign, serial: str, outcome: str, reason: str, by: User, at: dt.datetime) -> KitSettlement:
    kit = _kit(campaign, serial, by, SETTLE)
    return services.propose_kit_settlement(kit=kit, outcome=outcome, reason=reason, by=by, at=at)


def _has_lost_kits(found: Campaign, _user: User) -> bool:
    return found.kits.filter(state__in=[Kit.State.LOST, Kit.State.DAMAGED]).exists()


def _has_kits(found: Campaign, _user: User) -> bool:
    return found.kits.filter(state=Kit.State.AT_COUNTY).exists()


CAMPAIGN_PAGE = ObjectPage(
    name="supplies:campaign",
    template="education/supplies/campaign.html",
    grant=READ,
    noun="campaign",
    rows=_campaigns,
    context=_context,
    actions={
        "receive": PageAction(
            grant=RECEIVE,
            service=_receive,
            form=SerialForm,
            form_kwargs=_within_reach(RECEIVE),
            title=_("Receive kits"),
            button=_("This kit has come"),
            doing=_("Recording…"),
        ),
        "send": PageAction(
            grant=SEND,
            service=_send,
            form=SendForm,
            form_kwargs=_stations,
            is_open=_has_kits,
            title=_("Send kits to a station"),
            button=_("Send them"),
            doing=_("Recording…"),
        ),
        "register": PageAction(
            grant=REGISTER,
            service=services.register_kits,
            form=CountForm,
            title=_("Kits have arrived"),
            button=_("Register them"),
            doing=_("Recording…"),
        ),
        "send-back": PageAction(
            grant=SEND_BACK,
            service=_send_back,
            form=SendCrateForm,
            is_open=_lies_here,
            operation="education.send_kit_crate",
            then=page_of("supplies:crate"),
            title=_("Send kits back to the county"),
            button=_("Send this crate"),
            doing=_("Recording…"),
        ),
        "damage": PageAction(
            grant=DAMAGE,
            service=_damage,
            form=DamageForm,
            form_kwargs=_within_reach(DAMAGE),
            title=_("A kit is damaged or lost"),
            button=_("Record the damage"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "settle": PageAction(
            grant=SETTLE,
            service=_settle,
            form=SettleForm,
            form_kwargs=_within_reach(SETTLE),
            is_open=_has_lost_kits,
            then=page_of("supplies:settlement"),
            title=_("What became of a lost kit"),
            button=_("Let another person confirm it"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


@require_GET
@requires(REGISTER, one_object=True)
def labels(request: SignedInRequest, pk: str) -> HttpResponse:
    """The labels of the kits in the county store, as bars that every scanner reads; a hundred on a page."""
    found = load(_campaigns(), request.user, REGISTER, pk=pk)
    after = request.GET.get("after", "")
    rows = found.kits.filter(state=Kit.State.AT_COUNTY)
    rows = rows.filter(serial__gt=after) if SERIAL.fullmatch(after) else rows
    kits = list(rows.order_by("serial")[: SHOWN + 1])
    following = kits[SHOWN - 1].serial if len(kits) > SHOWN else ""
    page = {"campaign": found, "kits": kits[:SHOWN], "following": following}
    return render(request, "education/supplies/labels.html", page)


@require_GET
@requires(REGISTER, one_object=True)
def kit_bars(request: SignedInRequest, pk: int) -> HttpResponse:
    """The label of a kit as bars."""
    kit = load(Kit.objects.all(), request.user, REGISTER, pk=pk)
    return HttpResponse(code_128(kit.serial), content_type="image/svg+xml")


@require_GET
@requires(PUBLIC)
def gift(request: HttpRequest, code: str) -> HttpResponse:
    """What a donor reads: how many kits came, were sent and handed over. No child, no village, no day of one."""
    try:
        count_look_up(address=request.META.get("REMOTE_ADDR", ""), at=now())
    except Refused as refusal:
        response = render(request, "education/supplies/gift.html", {"refusal": refusal}, status=refusal.status)
        response["Retry-After"] = str(refusal.retry_after)
        return response
    found = _campaigns().filter(follow_code=code).first() if CODE.fullmatch(code) else None
    if found is None:
        return render(request, "education/supplies/gift.html", {}, status=404)
    return render(request, "education/supplies/gift.html", {"found": found, "sheet": sheet_of(found)})
