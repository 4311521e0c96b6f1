"""A buyer's orders in the city: paid, received, complained about; whoever has the address sees them."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now

from core.access import PUBLIC, requires
from core.errors import Refused
from core.files.services import store_photo
from core.forms import KeyedForm, PressForm
from core.money import Money
from core.web.page_actions import form_page
from core.web.rate_limits import network_of
from finance.payments.services import pay_url_of
from orders.shops import services
from orders.shops.display import (
    kind_of,
    kind_of_claim,
    line_rows,
)
from orders.shops.forms import AppealForm, ClaimForm, ReceivedForm, city_key
from orders.shops.models import ShopCheckout, ShopClaim, ShopOrder
from orders.shops.queries import (
    checkout_called,
    claim_of,
    token_of,
)
from stations.accounts.models import User
from stations.recruitment.services import count_look_up

#: Whoever has the address sees the order: it is kept nowhere, named to nobody, and found by no search engine.
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
ORDER = "orders/shops/city_order.html"
#: From the page of a claim; what is answered is stored with the key, and the address of the order is a secret.
ORDER_OF_CLAIM = "../../"
_C = ShopCheckout.Status
KINDS = {_C.OPEN: "wait", _C.PAID: "ok", _C.EXPIRED: "info", _C.LATE: "info", _C.REVERSED: "bad"}


@requires(PUBLIC)
def order(request: HttpRequest, token: str) -> HttpResponse:
    """A buyer's orders: paying them, where they are, and that they have arrived; unknown addresses look the same."""
    checkout = checkout_called(token)
    with timezone.override(checkout.station.zone if checkout else timezone.get_current_timezone()):
        response = _order(request, token, checkout) if checkout else _not_found(request)
    for name, value in PRIVATE.items():
        response[name] = value
    return response


def _order(request: HttpRequest, token: str, checkout: ShopCheckout) -> HttpResponse:
    is_open = checkout.status == _C.OPEN
    form = PressForm(request.POST or None) if is_open else ReceivedForm(request.POST or None)
    return form_page(
        request,
        operation="orders.pay_checkout" if is_open else "orders.receive_shop_order",
        about=str(checkout.pk),
        form=form,
        service=partial(_pay if is_open else _receive, checkout=checkout),
        then=lambda _made: "./",
        template=ORDER,
        page=lambda: _order_page(checkout_called(token) or checkout),
    )


def _pay(*, checkout: ShopCheckout, by: User | AnonymousUser, at: dt.datetime) -> ShopCheckout:
    return services.pay_checkout(checkout=checkout, at=at)


def _receive(*, checkout: ShopCheckout, order: UUID, by: User | AnonymousUser, at: dt.datetime) -> ShopOrder:
    """The buyer says so on a page whose address only the buyer has."""
    found = checkout.orders.select_related("checkout").filter(pk=order).first()
    if found is None:
        raise Http404
    return services.deliver_shop_order(order=found, by=None, at=at)


@requires(PUBLIC)
def claim(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    """A buyer complains about goods that arrived bad, or asks to have a refusal looked at again."""
    checkout = checkout_called(token)
    order = checkout.orders.select_related("checkout", "shop", "claim").filter(pk=pk).first() if checkout else None
    if checkout is None or order is None:
        response = _not_found(request)
    else:
        with timezone.override(checkout.station.zone):
            response = _claim(request, order, checkout)
    for name, value in PRIVATE.items():
        response[name] = value
    return response


def _claim(request: HttpRequest, order: ShopOrder, checkout: ShopCheckout) -> HttpResponse:
    known = claim_of(order)
    if request.method != "POST" and not _claim_part(order, checkout)["claim_href"]:
        return HttpResponseRedirect(ORDER_OF_CLAIM)
    is_raised = known is not None and known.status == ShopClaim.Status.RAISED
    is_first = known is None or is_raised or known.key == f"city:{request.POST.get('key', '')}"
    form: KeyedForm = (
        ClaimForm(
            request.POST or None,
            request.FILES or None,
            currency=order.currency,
            initial={"amount": order.paid_goods},
        )
        if is_first
        else AppealForm(request.POST or None)
    )
    return form_page(
        request,
        operation="orders.raise_shop_claim" if is_first else "orders.appeal_shop_claim",
        about=str(order.pk),
        form=form,
        service=partial(_raise if is_first else _appeal, request=request, order=order, form=form),
        then=lambda _made: ORDER_OF_CLAIM,
        template="orders/shops/city_claim.html",
        page=lambda: {
            "order": order,
            "claim": None if is_first else known,
            "lines": line_rows(order),
            "back": ORDER_OF_CLAIM,
        },
    )


def _raise(
    *,
    request: HttpRequest,
    order: ShopOrder,
    form: KeyedForm,
    by: User | AnonymousUser,
    at: dt.datetime,
    amount: Money,
    **typed: Any,
) -> ShopClaim:
    """Photos are drawn anew and stored in nobody's name; who sends many is stopped."""
    count_look_up(address=network_of(request), at=at)
    services.refuse_claim_now(order=order, at=at)
    photos = [
        store_photo(upload=typed[name], by=None, at=at, field=name)
        for name in ("photo", "photo_2", "photo_3")
        if typed[name]
    ]
    return services.raise_claim(
        order=order,
        reason=typed["reason"],
        words=typed["words"],
        amount=amount,
        photos=photos,
        at=at,
        key=city_key(form),
    )


def _appeal(
    *, request: HttpRequest, order: ShopOrder, form: KeyedForm, by: User | AnonymousUser, at: dt.datetime, words: str
) -> ShopClaim:
    count_look_up(address=network_of(request), at=at)
    return services.appeal_claim(order=order, words=words, at=at)


def _claim_part(order: ShopOrder, checkout: ShopCheckout) -> dict[str, Any]:
    """Whether the buyer can complain, or ask to look again, and where."""
    claim = claim_of(order)
    if claim is None:
        is_open = order.status == ShopOrder.Status.DELIVERED and checkout.status == _C.PAID
        until = order.claim_until_at
    else:
        is_open, until = claim.status == ShopClaim.Status.REFUSED, claim.appeal_until_at
    is_open = is_open and until is not None and now() < until
    href = reverse("cityshops:claim", args=[token_of(checkout), order.pk]) if is_open else ""
    return {"claim": claim, "claim_kind": kind_of_claim(claim) if claim else "", "claim_href": href}


def _not_found(request: HttpRequest) -> HttpResponse:
    """Whoever guesses is stopped; many buyers may stand behind one address."""
    try:
        count_look_up(address=network_of(request), at=now())
    except Refused as refusal:
        response = render(request, ORDER, {"refusal": refusal}, status=refusal.status)
        response["Retry-After"] = str(refusal.retry_after)
        return response
    return render(request, ORDER, {}, status=404)


def _order_page(checkout: ShopCheckout) -> dict[str, Any]:
    payment = checkout.payment
    waits = checkout.is_open and checkout.is_being_paid
    is_over = checkout.is_open and not checkout.is_being_paid and now() >= checkout.expires_at
    state = _C.EXPIRED if is_over else _C(checkout.status)
    rows = checkout.orders.select_related("shop__owner", "claim").prefetch_related("lines").order_by("number")
    return {
        "checkout": checkout,
        "state": state,
        "kind": KINDS[state],
        "words": state.label,
        "pay_url": pay_url_of(payment) if payment and checkout.is_open else "",
        "is_waiting": waits,
        "orders": [
            {
                "order": each,
                "kind": kind_of(each),
                "lines": line_rows(each),
                "received": ReceivedForm(initial={"order": each.pk}) if each.status == ShopOrder.Status.SENT else None,
                **_claim_part(each, checkout),
            }
            for each in rows
        ],
    }
