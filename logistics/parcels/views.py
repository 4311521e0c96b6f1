"""The counter of parcels: handing over by scan, taking in by scan, registering, one parcel, and its label."""

import datetime as dt
import io
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import segno
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from core.access import load, may, requires
from core.files.services import store_photo
from core.money import Money
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from logistics.parcels import services
from logistics.parcels.barcodes import code_128
from logistics.parcels.display import kind_of, steps_in_words, until, words_of
from logistics.parcels.forms import (
    AnnulForm,
    CarrierScanForm,
    CodeForm,
    ExamineForm,
    HandOverForm,
    IdCheckForm,
    RefuseForm,
    RegisterForm,
    ScanForm,
    TroubleForm,
)
from logistics.parcels.machine import PARCEL
from logistics.parcels.models import Parcel
from logistics.parcels.models.parcels import ParcelQuerySet
from logistics.parcels.queries import proxy_of
from logistics.parcels.services import CarrierWord, ParcelUnknown, ScanKind
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.queries import holder_of
from stations.requests import SignedInRequest
from stations.scope import posts_granting

READ, SCAN, COLLECT = "logistics.read_parcel", "logistics.scan_parcel", "logistics.collect_parcel"
CREATE = "logistics.create_parcel"
VERBS = {
    ScanKind.LOAD: "logistics.load_parcel",
    ScanKind.ARRIVE: "logistics.arrive_at_hub",
    ScanKind.RECEIVE: "logistics.receive_at_station",
}
SIGN = {"kind": "svg", "scale": 4, "border": 2, "xmldecl": False, "light": "#ffffff"}


@requires(COLLECT)
def hand_over(request: SignedInRequest) -> HttpResponse:
    """Scan the parcel, type the code that the receiver reads, and hand it over."""
    return form_page(
        request,
        operation=COLLECT,
        form=HandOverForm(request.POST or None, initial={"number": request.GET.get("number", "")}),
        service=partial(_hand_over, request),
        then=lambda _made: reverse("parcels:hand_over"),
        template="logistics/parcels/hand_over.html",
    )


def _hand_over(
    request: SignedInRequest, *, number: str, code: str, proxy_name: str, by: User, at: dt.datetime
) -> Parcel:
    parcel = _called(by, COLLECT, number)
    made = services.collect_parcel(parcel=parcel, code=code, proxy_name=proxy_name, by=by, at=at)
    words = {"number": made.number, "name": proxy_name or made.receiver_name}
    messages.success(request, _("Handed over: %(number)s to %(name)s.") % words)
    return made


@requires(SCAN)
def scan(request: SignedInRequest) -> HttpResponse:
    """Scan one parcel after the other: loaded, arrived at a hub, or received at the station."""
    kinds = [kind for kind, verb in VERBS.items() if may(request.user, verb)]
    chosen = request.GET.get("kind") or (str(ScanKind.RECEIVE) if ScanKind.RECEIVE in kinds else str(kinds[0]))
    return form_page(
        request,
        operation=SCAN,
        form=ScanForm(request.POST or None, kinds=kinds, initial={"kind": chosen}),
        service=partial(_scan, request),
        then=lambda kind: f"{reverse('parcels:scan')}?{urlencode({'kind': kind})}",
        template="logistics/parcels/scan.html",
    )


def _scan(request: SignedInRequest, *, kind: str, number: str, by: User, at: dt.datetime) -> str:
    parcel = _called(by, VERBS[ScanKind(kind)], number)
    if kind == ScanKind.LOAD:
        made = services.load_parcel(parcel=parcel, by=by, at=at)
    elif kind == ScanKind.ARRIVE:
        made = services.arrive_at_hub(parcel=parcel, hub=_hub_of(parcel), by=by, at=at)
    else:
        made = services.receive_at_station(parcel=parcel, by=by, at=at)
    words = {"number": made.number, "state": made.get_status_display()}
    messages.success(request, _("%(number)s: %(state)s.") % words)
    return kind


def _hub_of(parcel: Parcel) -> Station:
    """The hub that a parcel passes: the one above the station where it is collected."""
    return parcel.to_station.parent or parcel.to_station


def _called(user: User, verb: str, number: str) -> Parcel:
    """The parcel of this number on which this person may do this. Raises `ParcelUnknown`."""
    found = _parcels().open_to(user, verb).filter(number=number).first()
    if found is None:
        raise ParcelUnknown(field="number")
    return found


@requires(CREATE)
def register(request: SignedInRequest) -> HttpResponse:
    """Register a parcel that somebody sends; its label is printed next."""
    return form_page(
        request,
        operation=CREATE,
        form=RegisterForm(request.POST or None),
        service=partial(_register, request),
        then=page_of("parcels:label"),
        template="logistics/parcels/register.html",
    )


def _register(request: SignedInRequest, *, to_station: Station, by: User, at: dt.datetime, **typed: Any) -> Parcel:
    return services.create_parcel(
        from_station=_sender_for(by, to_station),
        to_station=to_station,
        contents_ref=None,
        receiver=None,
        cash_due=Money(0, to_station.currency),
        **typed,
        by=by,
        at=at,
        key=f"page:{by.pk}:{request.POST['key']}",
    )


def _sender_for(user: User, goal: Station) -> Station:
    """The counter where this person works; for somebody of the county, its centre."""
    at_counter = [post.station_id for post in posts_granting(user, CREATE) if post.reach == "station"]
    within = Station.objects.open_to(user, CREATE).exclude(status=Station.Status.CLOSED).order_by("pk")
    if at_counter:
        found = within.filter(pk__in=at_counter).first()
    else:
        centres = within.filter(kind=Station.Kind.COUNTY_CENTRE)
        found = centres.filter(county=goal.county_id).first() or centres.first()
    if found is None:
        raise services.StationNotServed(field="to_station", station=goal.name, state=str(goal.get_status_display()))
    return found


@requires(SCAN, one_object=True)
def label(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The label of a parcel, to print; it names the receiver, and to a carrier address and phone."""
    parcel = load(_parcels(), request.user, SCAN, pk=pk)
    return render(request, "logistics/parcels/label.html", {"parcel": parcel})


@require_GET
@requires(SCAN, one_object=True)
def label_qr(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The number of a parcel as a QR code."""
    parcel = load(_parcels(), request.user, SCAN, pk=pk)
    picture = io.BytesIO()
    segno.make(parcel.number, error="m", micro=False).save(picture, **SIGN)  # type: ignore[arg-type]
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@require_GET
@requires(SCAN, one_object=True)
def label_bars(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The number of a parcel as bars."""
    parcel = load(_parcels(), request.user, SCAN, pk=pk)
    return HttpResponse(code_128(parcel.number), content_type="image/svg+xml")


def _parcels() -> ParcelQuerySet:
    rows: ParcelQuerySet = Parcel.objects.select_related(
        "from_station", "to_station__parent", "custodian", "receiver", "collected_by", "outside_carrier"
    )
    return rows


def _context(request: SignedInRequest, found: Parcel) -> dict[str, Any]:
    return {
        "label": _("Label") if may(request.user, SCAN) else "",
        "parcel": found,
        "kind": kind_of(found),
        "words": words_of(found),
        "until": until(found),
        "phone_tail": str(found.receiver_phone)[-4:],
        "proxy_name": proxy_of(found) if found.collected_by else "",
        "steps": steps_in_words(found),
    }


def _collect(*, parcel: Parcel, code: str, proxy_name: str, by: User, at: dt.datetime) -> Parcel:
    return services.collect_parcel(parcel=parcel, code=code, proxy_name=proxy_name, by=by, at=at)


def _collect_seen(*, parcel: Parcel, witness_card: str, photo: UploadedFile, by: User, at: dt.datetime) -> Parcel:
    check = id_check_of(witness_card, photo, by=by, at=at)
    return services.collect_parcel(parcel=parcel, id_check=check, by=by, at=at)


def id_check_of(witness_card: str, photo: UploadedFile, *, by: User, at: dt.datetime) -> services.IdCheck:
    """What was typed at a hand-over without the code; the photo is stored."""
    stored = store_photo(upload=photo, by=by.pk, at=at, field="photo")
    return services.IdCheck(witness=holder_of(by, witness_card), photo=stored)


def _report(
    *, parcel: Parcel, exception: str, reason: str, photo: UploadedFile | None, by: User, at: dt.datetime
) -> Parcel:
    stored = store_photo(upload=photo, by=by.pk, at=at, field="photo") if photo else None
    return services.report_exception(parcel=parcel, exception=exception, reason=reason, photo=stored, by=by, at=at)


def _belongs_to_no_order(found: Parcel, user: User) -> bool:
    """Whether it is handed over here: what an order sent is handed over with the order."""
    return found.contents_ref is None and _is_at_goal(found, user)


def _is_at_goal(found: Parcel, user: User) -> bool:
    """Whether the reader works where it is collected, or for all stations there."""
    return (
        not found.goes_outside and Parcel.objects.open_to(user, "logistics.reissue_code").filter(pk=found.pk).exists()
    )


def _carrier_may_speak(found: Parcel, _user: User) -> bool:
    return found.is_with_carrier or found.status == Parcel.Status.DELIVERED


def _carrier_words(_request: SignedInRequest, found: Parcel) -> dict[str, list[CarrierWord]]:
    """Of what was delivered only that it is here all the same."""
    return {"words": list(CarrierWord) if found.is_with_carrier else [CarrierWord.BROUGHT_BACK]}


def _is_contradicted(found: Parcel, _user: User) -> bool:
    return found.contradicted_at is not None


def _can_be_reported(found: Parcel, _user: User) -> bool:
    return services.may_be_reported(found, Parcel.Trouble.DAMAGED)


def _can_wait_longer(found: Parcel, user: User) -> bool:
    return not found.is_extended and _is_at_goal(found, user)


def _goes_back(found: Parcel, user: User) -> bool:
    is_astray = found.exception == Parcel.Trouble.MISROUTED and found.status in Parcel.IN_HAND
    return (is_astray or PARCEL.allows("return_to_sender", found.status)) and _is_at_goal(found, user)


def _was_scanned(found: Parcel, _user: User) -> bool:
    return services.can_annul(found)


def _came_back(found: Parcel, user: User) -> bool:
    return Parcel.objects.open_to(user, "logistics.receive_return_leg").filter(pk=found.pk).exists()


PARCEL_PAGE = ObjectPage(
    name="parcels:parcel",
    template="logistics/parcels/parcel.html",
    grant=READ,
    noun="parcel",
    rows=_parcels,
    context=_context,
    machine=PARCEL,
    actions={
        "collect": PageAction(
            grant=COLLECT,
            service=_collect,
            form=CodeForm,
            arrow="collect_parcel",
            is_open=_belongs_to_no_order,
            done=gettext_lazy("The parcel is handed over."),
            title=gettext_lazy("Hand it over"),
            button=gettext_lazy("Handed over"),
            doing=gettext_lazy("Recording…"),
        ),
        "receive": PageAction(
            grant="logistics.receive_at_station",
            service=services.receive_at_station,
            arrow="receive_at_station",
            is_open=_is_at_goal,
            title=gettext_lazy("It has arrived"),
            button=gettext_lazy("Received at the station"),
            doing=gettext_lazy("Recording…"),
        ),
        "load": PageAction(
            grant="logistics.load_parcel",
            service=services.load_parcel,
            arrow="load_parcel",
            title=gettext_lazy("It goes to the station"),
            button=gettext_lazy("Loaded"),
            doing=gettext_lazy("Recording…"),
        ),
        "collect-seen": PageAction(
            grant=COLLECT,
            service=_collect_seen,
            form=IdCheckForm,
            arrow="collect_parcel",
            is_open=_belongs_to_no_order,
            done=gettext_lazy("The parcel is handed over."),
            title=gettext_lazy("Without the code: identity document, witness and photo"),
            button=gettext_lazy("Handed over without the code"),
            doing=gettext_lazy("Recording…"),
        ),
        "reissue-code": PageAction(
            grant="logistics.reissue_code",
            service=services.reissue_code,
            arrow="reissue_code",
            is_open=_is_at_goal,
            done=gettext_lazy("A new code was sent."),
            title=gettext_lazy("The receiver has no code"),
            button=gettext_lazy("Send a new code"),
            doing=gettext_lazy("Sending…"),
        ),
        "extend": PageAction(
            grant="logistics.extend_storage",
            service=services.extend_storage,
            arrow="extend_storage",
            is_open=_can_wait_longer,
            title=gettext_lazy("The receiver comes later"),
            button=gettext_lazy("Let it wait longer"),
            doing=gettext_lazy("Recording…"),
        ),
        "refuse": PageAction(
            grant="logistics.refuse_parcel",
            service=services.refuse_parcel,
            form=RefuseForm,
            arrow="refuse_parcel",
            is_open=_is_at_goal,
            title=gettext_lazy("The receiver does not take it"),
            button=gettext_lazy("Record the refusal"),
            doing=gettext_lazy("Recording…"),
        ),
        "return": PageAction(
            grant="logistics.return_to_sender",
            service=services.return_to_sender,
            is_open=_goes_back,
            title=gettext_lazy("Send it back"),
            button=gettext_lazy("It is on its way back"),
            doing=gettext_lazy("Recording…"),
        ),
        "receive-back": PageAction(
            grant="logistics.receive_return_leg",
            service=services.receive_return_leg,
            arrow="receive_return_leg",
            is_open=_came_back,
            title=gettext_lazy("It came back"),
            button=gettext_lazy("Take it in"),
            doing=gettext_lazy("Recording…"),
        ),
        "carrier-scan": PageAction(
            grant="logistics.record_carrier_scan",
            service=services.record_carrier_scan,
            form=CarrierScanForm,
            form_kwargs=_carrier_words,
            arrow="record_carrier_scan",
            is_open=_carrier_may_speak,
            title=gettext_lazy("What the carrier says"),
            button=gettext_lazy("Record it"),
            doing=gettext_lazy("Recording…"),
        ),
        "examine": PageAction(
            grant="logistics.examine_contradiction",
            service=services.examine_contradiction,
            form=ExamineForm,
            arrow="examine_contradiction",
            is_open=_is_contradicted,
            title=gettext_lazy("The carrier disagrees"),
            button=gettext_lazy("It is examined"),
            doing=gettext_lazy("Recording…"),
        ),
        "report": PageAction(
            grant="logistics.report_exception",
            service=_report,
            form=TroubleForm,
            arrow="report_exception",
            is_open=_can_be_reported,
            title=gettext_lazy("Something is wrong with it"),
            button=gettext_lazy("Record the exception"),
            doing=gettext_lazy("Recording…"),
        ),
        "annul": PageAction(
            grant="logistics.annul_scan",
            service=services.annul_scan,
            form=AnnulForm,
            is_open=_was_scanned,
            title=gettext_lazy("The last scan was wrong"),
            button=gettext_lazy("Annul the scan"),
            doing=gettext_lazy("Recording…"),
        ),
    },
)
