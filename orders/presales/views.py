"""Pages of presales: offered by the county, ordered at the counter, allotted, delivered, handed over."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import load, may, requires
from core.database.db import present
from core.days import day_in, instant_of
from core.errors import Refused
from core.files.services import store_photo
from core.forms import Outcome
from core.money import Money
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of, send_form
from orders.presales import services
from orders.presales.display import box_words, claim_rows, got_words, kind_of, order_kind, order_rows, what_of
from orders.presales.forms import (
    AcceptPresaleClaimForm,
    AllotForm,
    BoxesForm,
    OrderBoxesForm,
    PresaleForm,
    RaisePresaleClaimForm,
    RefusePresaleClaimForm,
)
from orders.presales.machine import PRESALE, PRESALE_ORDER
from orders.presales.models import PresaleClaim, PresaleCycle, PresaleOrder
from orders.presales.queries import (
    grades_at,
    harvests_to_presell,
    lots_for,
    open_presales,
    presale_orders,
    presales,
)
from orders.presales.services.claiming import boxes_left, claim_until
from orders.presales.services.ordering import can_decline
from orders.produce.display import weight_words
from orders.produce.forms import ProduceReasonForm
from orders.produce.models import Grade, HarvestNotice, Lot
from orders.stock.models import Warehouse
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.current_station import counter_of
from stations.models import Person, Station
from stations.people.masking import mask_name
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, OPEN = "orders.read_presale", "orders.open_presale"
READ_ORDER, ORDER = "orders.read_presale_order", "orders.place_presale_order"
SHOWN = 100


@requires(OPEN)
def new(request: SignedInRequest) -> HttpResponse:
    """Offer boxes of confirmed harvests at a warehouse within reach."""
    warehouses = Warehouse.objects.open_to(request.user, OPEN).filter(is_active=True)
    ready = warehouses.select_related("station__county").order_by("station__code")
    first = ready.first()
    if first is None:
        return render(request, "orders/presales/new.html", {})
    place = first.station
    notices = list(harvests_to_presell(place.county_id)[:SHOWN])
    form = PresaleForm(
        request.POST or None,
        warehouses=ready.filter(station__county=place.county_id),
        grades=grades_at(day_in(place.zone, now())),
        notices=[(each, _named(each)) for each in notices],
        currency=place.currency,
        initial={"closes_clock": dt.time(18)},
    )
    return form_page(
        request,
        operation=OPEN,
        form=form,
        service=_open,
        then=page_of("presales:presale"),
        template="orders/presales/new.html",
        page=lambda: {"notices": notices},
    )


def _named(notice: HarvestNotice) -> str:
    grams = weight_words(notice.confirmed_g or 0)
    return f"{notice.crop} · {mask_name(notice.farmer.full_name)} · {grams} · {notice.station.name}"


def _open(
    *,
    station: Station,
    grade: Grade,
    notices: list[HarvestNotice],
    box_g: int,
    price: Money,
    closes_day: dt.date,
    closes_clock: dt.time,
    delivery_date: dt.date,
    by: User,
    at: dt.datetime,
    key: str,
) -> PresaleCycle:
    return services.open_presale(
        station=station,
        grade=grade,
        notices=notices,
        box_g=box_g,
        price=price,
        closes_at=instant_of(station.zone, closes_day, closes_clock),
        delivery_date=delivery_date,
        by=by,
        at=at,
        key=key,
    )


@requires(ORDER)
def order(request: SignedInRequest) -> HttpResponse:
    """Choose a presale for a resident, type how many boxes, and take the money."""
    station = counter_of(request.user, ORDER)
    presale, villager = _presale(request, station), _villager(request)
    page: dict[str, Any] = {"station": station, "presale": presale, "villager": villager}
    if presale is None or villager is None:
        return render(request, "orders/presales/order.html", {**page, "choices": _choices(station, villager)})
    asked = request.GET if "boxes" in request.GET else None
    boxes = BoxesForm(asked, initial={"person": villager.pk, "presale": presale.pk})
    page |= {"boxes": boxes, "what": what_of(presale), "left": box_words(presale.left)}
    amount = _amount(presale, boxes)
    if amount is None:
        return render(request, "orders/presales/order.html", page)
    form = OrderBoxesForm(request.POST or None, villager=villager, amount=amount)

    def again(outcome: Outcome[OrderBoxesForm]) -> HttpResponse:
        shown = {**page, "form": outcome.form, "amount": amount}
        return render(request, "orders/presales/order.html", shown, status=outcome.status)

    return send_form(
        request,
        operation=ORDER,
        form=form,
        service=partial(
            services.place_presale_order,
            presale=presale,
            station=station,
            villager=villager,
            boxes=boxes.cleaned_data["boxes"],
        ),
        then=page_of("presales:order"),
        again=again,
    )


def _presale(request: SignedInRequest, station: Station) -> PresaleCycle | None:
    """One that is open at this counter: the county offers it to all of its stations."""
    pk = request.GET.get("presale")
    if not pk:
        return None
    try:
        wanted = UUID(pk)
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(presales().filter(station__county=station.county_id), pk=wanted)


def _villager(request: SignedInRequest) -> Person | None:
    pk = request.GET.get("person")
    return load(Person.objects.living(), request.user, "stations.read_person", pk=pk) if pk else None


def _choices(station: Station, villager: Person | None) -> list[dict[str, Any]]:
    person = f"&person={villager.pk}" if villager else ""
    return [
        {
            "presale": each,
            "what": what_of(each),
            "left": box_words(each.left),
            "href": f"{reverse('presales:new_order')}?presale={each.pk}{person}",
        }
        for each in open_presales(station, at=now())
    ]


def _amount(presale: PresaleCycle, form: BoxesForm) -> Money | None:
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return services.price_of(presale, form.cleaned_data["boxes"])
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None


def _context(request: SignedInRequest, presale: PresaleCycle) -> dict[str, Any]:
    rows = list(presale_orders().filter(presale=presale).order_by("pk")[: SHOWN + 1])
    harvests = presale.harvests.select_related("notice__farmer", "notice__crop", "notice__station").order_by("pk")
    return {
        "presale": presale,
        "kind": kind_of(presale),
        "what": what_of(presale),
        "ordered": box_words(presale.ordered),
        "most": box_words(presale.most),
        "available": box_words(presale.available) if presale.available is not None else "",
        "orders": order_rows(rows[:SHOWN]),
        "more": len(rows) > SHOWN,
        "sees_orders": may(request.user, READ_ORDER),
        "harvests": [{"notice": each.notice, "words": _named(each.notice)} for each in harvests],
        "history": history_of(presale),
    }


def _to_allot(_request: HttpRequest, presale: PresaleCycle) -> dict[str, Any]:
    return {"lots": lots_for(presale), "presale": presale}


PRESALE_PAGE = ObjectPage(
    name="presales:presale",
    template="orders/presales/presale.html",
    grant=READ,
    noun="presale",
    rows=presales,
    context=_context,
    machine=PRESALE,
    actions={
        "allot": PageAction(
            grant="orders.allot_presale",
            service=services.allot_presale,
            form=AllotForm,
            form_kwargs=_to_allot,
            arrow="allot_presale",
            title=_("Share the boxes that there are"),
            button=_("Allot them"),
            doing=_("Recording…"),
        ),
        "deliver": PageAction(
            grant="orders.deliver_presale",
            service=services.deliver_presale,
            arrow="deliver_presale",
            title=_("The boxes are at the stations"),
            button=_("Delivered: pay the farmers their part"),
            doing=_("Recording…"),
        ),
        "cancel": PageAction(
            grant="orders.cancel_presale",
            service=services.cancel_presale,
            form=ProduceReasonForm,
            arrow="cancel_presale",
            title=_("Call the presale off"),
            button=_("Cancel it and refund all"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


def _order_context(_request: SignedInRequest, row: PresaleOrder) -> dict[str, Any]:
    return {
        "order": row,
        "kind": order_kind(row),
        "what": what_of(row.presale),
        "boxes": got_words(row),
        "claims": claim_rows(row),
        "history": history_of(row),
    }


def _can_decline(row: PresaleOrder, _user: User) -> bool:
    return can_decline(row.presale, row, at=now())


def _can_hand_over(row: PresaleOrder, user: User) -> bool:
    presale = row.presale
    is_here = presale.status == PresaleCycle.Status.DELIVERED and present(presale.lot).status not in Lot.STOPPED
    return is_here and not is_same_person(user, row.villager_id)


def _raise_claim(*, order: PresaleOrder, photo: UploadedFile, by: User, at: dt.datetime, **typed: Any) -> PresaleClaim:
    stored = store_photo(upload=photo, by=by.pk, at=at, field="photo")
    return services.raise_presale_claim(order=order, photo=stored, by=by, at=at, **typed)


def _can_claim(row: PresaleOrder, user: User) -> bool:
    is_open = row.presale.recalled_at is None and now() < claim_until(row) and boxes_left(row) > 0
    return is_open and _open_claim(row) is None and not is_same_person(user, row.villager_id)


def _can_decide_claim(row: PresaleOrder, user: User) -> bool:
    claim = _open_claim(row)
    return claim is not None and not is_same_person(user, claim.raised_by_id, row.villager_id)


def _open_claim(row: PresaleOrder) -> PresaleClaim | None:
    return row.claims.filter(status=PresaleClaim.Status.RAISED).first()


ORDER_PAGE = ObjectPage(
    name="presales:order",
    template="orders/presales/one_order.html",
    grant=READ_ORDER,
    noun="order",
    rows=presale_orders,
    context=_order_context,
    machine=PRESALE_ORDER,
    actions={
        "hand-over": PageAction(
            grant="orders.hand_over_presale_order",
            service=services.hand_over_presale_order,
            arrow="hand_over_presale_order",
            is_open=_can_hand_over,
            title=_("The buyer collects"),
            button=_("Boxes handed over"),
            doing=_("Recording…"),
        ),
        "accept-claim": PageAction(
            grant="orders.decide_presale_claim",
            service=services.accept_presale_claim,
            form=AcceptPresaleClaimForm,
            arrow="accept_presale_claim",
            is_open=_can_decide_claim,
            title=_("The boxes were bad"),
            button=_("Give the money back"),
            doing=_("Recording…"),
        ),
        "refuse-claim": PageAction(
            grant="orders.decide_presale_claim",
            service=services.refuse_presale_claim,
            form=RefusePresaleClaimForm,
            arrow="refuse_presale_claim",
            is_open=_can_decide_claim,
            title=_("Nothing is refunded"),
            button=_("Refuse"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "raise-claim": PageAction(
            grant="orders.raise_presale_claim",
            service=_raise_claim,
            form=RaisePresaleClaimForm,
            arrow="raise_presale_claim",
            is_open=_can_claim,
            title=_("Boxes are bad"),
            button=_("Record the complaint"),
            doing=_("Recording…"),
            then=lambda claim: reverse("presales:order", args=[claim.order_id]),
            kind="",
        ),
        "cancel": PageAction(
            grant="orders.cancel_presale_order",
            service=services.cancel_presale_order,
            arrow="cancel_presale_order",
            is_open=_can_decline,
            title=_("The buyer does not want the boxes"),
            button=_("Cancel and pay back"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)
