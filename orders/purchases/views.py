"""Ordering at the counter, one order with what may be done, and what the warehouse does for it."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import load, may, requires
from core.money import Money, total
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from finance.payments.services import Tender
from orders.catalog.display import price_and_stock
from orders.catalog.models import Variant
from orders.catalog.queries import prices_at, quantity_words
from orders.purchases import services
from orders.purchases.display import kind_of, line_rows, part_kind, words_of
from orders.purchases.forms import (
    PREFIX,
    AgreeForm,
    AskForm,
    CartForm,
    CashForm,
    HandOverForm,
    PackForm,
    ReasonForm,
    SearchForm,
    SignForm,
    StartForm,
)
from orders.purchases.machine import FULFILMENT, ORDER
from orders.purchases.models import Fulfilment, Order, OrderConsent
from orders.purchases.queries import chosen, favourites, found_for, part_at_counter
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.current_station import counter_of
from stations.models import Person, Station
from stations.requests import SignedInRequest

READ, START = "orders.read_purchase", "orders.start_purchase"
GIVE, HAND_OVER = "orders.give_consent", "orders.hand_over_purchase"
LINES = 40


@requires(START)
def new(request: SignedInRequest) -> HttpResponse:
    """Choose articles for a resident or a walk-in, see the total, and ask the buyer to agree."""
    station, buyer = counter_of(request.user, START), _buyer(request)
    rows = chosen(_quantities(request))
    form = StartForm(
        request.POST or None, is_known=buyer is not None, country=station.county.country, initial=_usual(buyer)
    )
    return form_page(
        request,
        operation=START,
        form=form,
        service=partial(_start, station=station, villager=buyer, rows=rows, form=form),
        then=page_of("purchases:purchase"),
        template="orders/purchases/new.html",
        page=lambda: _shelf(request, station, buyer, rows),
    )


@transaction.atomic
def _start(
    *,
    station: Station,
    villager: Person | None,
    rows: list[tuple[Variant, int]],
    form: StartForm,
    by: User,
    at: dt.datetime,
    pay_method: str,
    kind: str = OrderConsent.Kind.PRINTED_SLIP,
    **walk_in: Any,
) -> Order:
    """Begin the order and ask the buyer: both, or nothing."""
    items = [services.Item(variant, quantity) for variant, quantity in rows]
    order = services.start_purchase(
        station=station,
        items=items,
        pay_method=pay_method,
        villager=villager,
        by=by,
        at=at,
        key=form.cleaned_data["key"],
        walk_in_name=walk_in.get("walk_in_name", ""),
        walk_in_phone=str(walk_in.get("walk_in_phone") or ""),
    )
    return services.request_consent(order=order, kind=kind, by=by, at=at)


def _usual(buyer: Person | None) -> dict[str, Any]:
    has_phone = buyer is not None and bool(buyer.phone)
    return {"kind": OrderConsent.Kind.SMS_CODE if has_phone else OrderConsent.Kind.PRINTED_SLIP}


def _buyer(request: SignedInRequest) -> Person | None:
    pk = request.GET.get("person")
    return load(Person.objects.living(), request.user, "stations.read_person", pk=pk) if pk else None


def _quantities(request: SignedInRequest) -> dict[str, int]:
    """Article number -> quantity, as the address says; what is not above zero is left out."""
    found = {}
    for name in request.GET:
        value = request.GET.get(name, "")
        if name.startswith(PREFIX) and value.isascii() and value.isdigit() and 0 < int(value) < 10**12:
            found[name.removeprefix(PREFIX)] = int(value)
    return dict(list(found.items())[:LINES])


def _shelf(
    request: SignedInRequest, station: Station, buyer: Person | None, rows: list[tuple[Variant, int]]
) -> dict[str, Any]:
    typed = request.GET.get("q", "")
    asked = {"person": buyer.pk if buyer else None, "q": typed}
    link = partial(_with, request, rows)
    found = found_for(typed)
    known = favourites(buyer) if buyer else []
    return {
        "buyer": buyer,
        "station": station,
        "cart": CartForm(initial=asked, rows=rows),
        "search": SearchForm(initial=asked, rows=rows),
        "typed": typed,
        "found": _offered(found, station, link),
        "again": _offered([each for each in known if each not in found], station, link),
        **_priced(rows, station),
    }


def _offered(variants: list[Variant], station: Station, link: Callable[[Variant], str]) -> list[dict[str, Any]]:
    shown = price_and_stock(variants, station, at=now())
    return [{"variant": each, "shown": shown[each.pk], "href": link(each)} for each in variants]


def _with(request: SignedInRequest, rows: list[tuple[Variant, int]], more: Variant) -> str:
    """The address of this page with one step more of an article."""
    usual = 1 if more.unit == Variant.Unit.PIECE else 500
    step = -(-usual // more.quantity_step) * more.quantity_step
    quantities = {variant.sku: quantity for variant, quantity in rows}
    quantities[more.sku] = quantities.get(more.sku, 0) + step
    person = {"person": request.GET["person"]} if request.GET.get("person") else {}
    return f"?{urlencode(person | {f'{PREFIX}{sku}': quantity for sku, quantity in quantities.items()})}"


def _priced(rows: list[tuple[Variant, int]], station: Station) -> dict[str, Any]:
    prices = prices_at(station, {variant.pk: quantity for variant, quantity in rows}, at=now())
    amounts = {variant.pk: prices[variant.pk].amount_of(quantity) for variant, quantity in rows if variant.pk in prices}
    lines = [
        {
            "title": f"{variant.title}, {quantity_words(variant, quantity)}",
            "amount": amounts.get(variant.pk),
        }
        for variant, quantity in rows
    ]
    return {"lines": lines, "total": total(amounts.values(), station.currency)}


def _orders() -> "QuerySet[Order]":
    return Order.objects.select_related("station__county", "villager", "ordered_by", "consent")


def _context(request: SignedInRequest, order: Order) -> dict[str, Any]:
    at_counter = part_at_counter(order)
    parts = order.fulfilments.select_related("warehouse__station").order_by("pk")
    return {
        "order": order,
        "kind": kind_of(order),
        "words": words_of(order),
        "lines": line_rows(order),
        "parts": [{"part": part, "kind": part_kind(part)} for part in parts],
        "at_counter": at_counter,
        "payments": [row.payment for row in order.payments.select_related("payment").order_by("pk")],
        "asked": order.consents.filter(is_live=True).first(),
        "history": history_of(order),
        "sees_payment": may(request.user, "finance.read_payment"),
    }


@requires(READ, one_object=True)
def slip(request: SignedInRequest, pk: Any) -> HttpResponse:
    """What the buyer signs: articles, total, way of paying, and who saw it. Nothing on it says that it is paid."""
    order = load(_orders(), request.user, READ, pk=pk)
    page = {"order": order, "lines": line_rows(order), "asked": order.consents.filter(is_live=True).first()}
    return render(request, "orders/purchases/slip.html", page)


def _sign(*, order: Order, witness_card: str, by: User, at: dt.datetime) -> Order:
    people = Person.objects.open_to(by, "stations.find_person")
    witness = people.filter(cards__code=witness_card, cards__revoked_at=None).first()
    return services.sign_consent(order=order, witness=witness, by=by, at=at)


def _pay(*, order: Order, cash_given: Money | None, key: str, by: User, at: dt.datetime) -> Any:
    tender = Tender(payer=order.villager, payer_phone=order.buyer_phone, cash_given=cash_given)
    return services.take_purchase_payment(order=order, tender=tender, by=by, at=at, key=key)


def _hand_over(*, order: Order, code: str, cash_given: Money | None, key: str, by: User, at: dt.datetime) -> Fulfilment:
    part = part_at_counter(order)
    if part is None:
        raise services.ParcelUnknown
    tender = Tender(payer=order.villager, payer_phone=order.buyer_phone, cash_given=cash_given)
    return services.hand_over_purchase(fulfilment=part, code=code, tender=tender, by=by, at=at, key=key)


def _asks_code(order: Order, _user: User) -> bool:
    return _asked_for(order) == OrderConsent.Kind.SMS_CODE


def _asks_signature(order: Order, _user: User) -> bool:
    return _asked_for(order) == OrderConsent.Kind.PRINTED_SLIP


def _asked_for(order: Order) -> str:
    live = order.consents.filter(is_live=True).first()
    return live.kind if live else ""


def _owes(order: Order, _user: User) -> bool:
    return bool(order.advance_due)


def _is_here(order: Order, _user: User) -> bool:
    return part_at_counter(order) is not None


def _nothing_picked(order: Order, _user: User) -> bool:
    return not order.fulfilments.exclude(status=Fulfilment.Status.ALLOCATED).exists()


def _is_picked(order: Order, _user: User) -> bool:
    stoppable = FULFILMENT.arrows["cancel_fulfilment"]
    return not order.fulfilments.exclude(status__in=stoppable).exists()


def _currency(_request: HttpRequest, order: Order) -> dict[str, Any]:
    return {"currency": order.currency}


PURCHASE_PAGE = ObjectPage(
    name="purchases:purchase",
    template="orders/purchases/purchase.html",
    grant=READ,
    noun="order",
    rows=_orders,
    context=_context,
    machine=ORDER,
    actions={
        "hand-over": PageAction(
            grant=HAND_OVER,
            service=_hand_over,
            form=HandOverForm,
            form_kwargs=_currency,
            arrow="hand_over_purchase",
            is_open=_is_here,
            title=_("Hand it over"),
            button=_("Handed over"),
            doing=_("Recording…"),
        ),
        "agree": PageAction(
            grant=GIVE,
            service=services.give_consent,
            form=AgreeForm,
            arrow="give_consent",
            is_open=_asks_code,
            title=_("The buyer agrees"),
            button=_("Place the order"),
            doing=_("Recording…"),
        ),
        "sign": PageAction(
            grant=GIVE,
            service=_sign,
            form=SignForm,
            arrow="give_consent",
            is_open=_asks_signature,
            title=_("The buyer has signed"),
            button=_("Place the order"),
            doing=_("Recording…"),
        ),
        "pay": PageAction(
            grant="orders.take_purchase_payment",
            service=_pay,
            form=CashForm,
            form_kwargs=_currency,
            arrow="take_purchase_payment",
            is_open=_owes,
            title=_("Pay in advance"),
            button=_("Take the cash"),
            doing=_("Recording…"),
        ),
        "ask": PageAction(
            grant="orders.request_consent",
            service=services.request_consent,
            form=AskForm,
            arrow="request_consent",
            title=_("Ask the buyer again"),
            button=_("Ask"),
            doing=_("Sending…"),
            kind="",
        ),
        "cancel": PageAction(
            grant="orders.cancel_purchase",
            service=services.cancel_purchase,
            form=ReasonForm,
            arrow="cancel_purchase",
            is_open=_nothing_picked,
            title=_("The buyer does not want it any more"),
            button=_("Cancel the order"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "recall": PageAction(
            grant="orders.recall_purchase",
            service=services.recall_purchase,
            form=ReasonForm,
            arrow="recall_purchase",
            is_open=_is_picked,
            title=_("Stop this order"),
            button=_("Stop it"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


def _parts() -> "QuerySet[Fulfilment]":
    return Fulfilment.objects.select_related("order__station__county", "order__villager", "warehouse__station")


def _part_context(request: SignedInRequest, part: Fulfilment) -> dict[str, Any]:
    lines = part.lines.select_related("order_line__variant__product").order_by("pk")
    return {
        "part": part,
        "kind": part_kind(part),
        "lines": [
            {
                "title": line.order_line.variant.title,
                "sku": line.order_line.variant.sku,
                "quantity": quantity_words(line.order_line.variant, line.quantity),
            }
            for line in lines
        ],
        "order_page": reverse("purchases:purchase", args=[part.order_id]),
        "history": history_of(part),
    }


PART_PAGE = ObjectPage(
    name="purchases:part",
    template="orders/purchases/part.html",
    grant=READ,
    noun="fulfilment",
    rows=_parts,
    context=_part_context,
    machine=FULFILMENT,
    actions={
        "pick": PageAction(
            grant="orders.pick_fulfilment",
            service=services.pick_fulfilment,
            arrow="pick_fulfilment",
            title=_("Take it from the shelf"),
            button=_("Picked"),
            doing=_("Recording…"),
        ),
        "pack": PageAction(
            grant="orders.pack_fulfilment",
            service=services.pack_fulfilment,
            form=PackForm,
            arrow="pack_fulfilment",
            title=_("Pack it"),
            button=_("Packed"),
            doing=_("Recording…"),
        ),
        "dispatch": PageAction(
            grant="orders.dispatch_fulfilment",
            service=services.dispatch_fulfilment,
            arrow="dispatch_fulfilment",
            title=_("Send it to the station"),
            button=_("It has left"),
            doing=_("Recording…"),
        ),
    },
)
