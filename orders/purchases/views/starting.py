"""Ordering at the counter: articles are chosen, their total is shown, and the buyer is asked to agree."""

import datetime as dt
import re
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpResponse
from django.utils.timezone import now

from core.access import load, requires
from core.errors import Refused
from core.money import total
from core.web.page_actions import form_page, page_of
from orders.catalog.display import price_and_stock
from orders.catalog.models import Variant
from orders.catalog.queries import prices_at, quantity_words
from orders.promotions.savings import Goods, Saving
from orders.promotions.services import shown_savings
from orders.purchases import services
from orders.purchases.forms import (
    PREFIX,
    CartForm,
    SearchForm,
    StartForm,
)
from orders.purchases.models import Order, OrderConsent
from orders.purchases.queries import FOUND, chosen, favourites, found_for
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.models import Person, Station
from stations.requests import SignedInRequest

START = "orders.start_purchase"
LINES, COUPON = 40, 40
#: Above zero, and never more digits than the form takes.
QUANTITY = re.compile(r"[1-9][0-9]{0,11}")


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
        service=partial(_start, station=station, villager=buyer, rows=rows, form=form, coupon=_coupon(request)),
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
    coupon: str,
    by: User,
    at: dt.datetime,
    pay_method: str,
    kind: str = OrderConsent.Kind.PRINTED_SLIP,
    **walk_in: Any,
) -> Order:
    """Begin the order, and ask the buyer or offer the link: both, or nothing."""
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
        coupon=coupon,
    )
    if order.pay_method == Order.PayMethod.ONLINE:
        phone = str(walk_in.get("payer_phone") or "")
        return services.offer_payment_link(order=order, phone=phone, by=by, at=at).order
    return services.request_consent(order=order, kind=kind, by=by, at=at)


def _usual(buyer: Person | None) -> dict[str, Any]:
    has_phone = buyer is not None and bool(buyer.phone)
    return {"kind": OrderConsent.Kind.SMS_CODE if has_phone else OrderConsent.Kind.PRINTED_SLIP}


def _buyer(request: SignedInRequest) -> Person | None:
    pk = request.GET.get("person")
    return load(Person.objects.living(), request.user, "stations.read_person", pk=pk) if pk else None


def _coupon(request: SignedInRequest) -> str:
    """What was typed, as far as a coupon can be that long."""
    return request.GET.get("coupon", "").strip()[:COUPON]


def _quantities(request: SignedInRequest) -> dict[str, int]:
    """Article number -> quantity, as the address says; what is not above zero, or too much, is left out."""
    found = {}
    for name in request.GET:
        value = request.GET.get(name, "")
        if name.startswith(PREFIX) and QUANTITY.fullmatch(value):
            found[name.removeprefix(PREFIX)] = int(value)
    return dict(list(found.items())[:LINES])


def _shelf(
    request: SignedInRequest, station: Station, buyer: Person | None, rows: list[tuple[Variant, int]]
) -> dict[str, Any]:
    typed, coupon = request.GET.get("q", ""), _coupon(request)
    asked = {"person": buyer.pk if buyer else None, "q": typed, "coupon": coupon}
    link = partial(_with, request, rows)
    found = found_for(typed)
    shown, known = found[:FOUND], favourites(buyer) if buyer else []
    return {
        "buyer": buyer,
        "station": station,
        "cart": CartForm(initial=asked, rows=rows),
        "search": SearchForm(initial=asked, rows=rows),
        "typed": typed,
        "found": _offered(shown, station, link),
        "has_more": len(found) > FOUND,
        "again": _offered([each for each in known if each not in shown], station, link),
        **_priced(rows, station, buyer, coupon),
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
    kept = {name: request.GET[name] for name in ("person", "coupon") if request.GET.get(name)}
    return f"?{urlencode(kept | {f'{PREFIX}{sku}': quantity for sku, quantity in quantities.items()})}"


def _priced(rows: list[tuple[Variant, int]], station: Station, buyer: Person | None, coupon: str) -> dict[str, Any]:
    """What it costs now, what promotions take off, and why a coupon is not taken."""
    at = now()
    prices = prices_at(station, {variant.pk: quantity for variant, quantity in rows}, at=at)
    amounts = {variant.pk: prices[variant.pk].amount_of(quantity) for variant, quantity in rows if variant.pk in prices}
    lines = [
        {
            "title": f"{variant.title}, {quantity_words(variant, quantity)}",
            "amount": amounts.get(variant.pk),
        }
        for variant, quantity in rows
    ]
    goods = [Goods(variant, quantity, amounts[variant.pk].minor) for variant, quantity in rows if variant.pk in amounts]
    savings, refusal = _savings(goods, station, buyer, coupon, at=at)
    whole = total(amounts.values(), station.currency)
    return {
        "lines": lines,
        "savings": savings,
        "coupon_refusal": refusal,
        "total": whole - total((each.amount for each in savings), station.currency),
    }


def _savings(
    goods: list[Goods], station: Station, buyer: Person | None, coupon: str, *, at: dt.datetime
) -> tuple[list[Saving], str]:
    """Those of the order as it stands; where its coupon is refused, those without it and the reason."""
    asked: dict[str, Any] = {"station": station, "goods": goods, "villager": buyer, "at": at}
    try:
        return shown_savings(**asked, coupon=coupon), ""
    except Refused as refusal:
        return shown_savings(**asked, coupon=""), str(refusal)
