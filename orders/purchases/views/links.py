"""What a payment link opens: what is to be paid, for whom in masked form, and one button; nobody signs in."""

import datetime as dt
from functools import partial
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from core.access import PUBLIC, requires
from core.errors import Refused
from core.forms import PressForm
from core.web.page_actions import form_page
from core.web.qr import qr_picture
from finance.payments.services import pay_url_of
from orders.promotions.queries import uses_of
from orders.purchases import services
from orders.purchases.display import line_rows
from orders.purchases.link_tokens import address_of, link_called
from orders.purchases.models import PaymentLink
from stations.accounts.models import User
from stations.people.masking import mask_name
from stations.recruitment.services import count_look_up

#: Whoever has the address may pay: it is kept nowhere, named to nobody, and found by no search engine.
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
KINDS = {"open": "wait", "paid": "ok", "late": "info", "reversed": "bad", "cancelled": "info", "expired": "info"}
TEMPLATE = "orders/purchases/pay.html"


@requires(PUBLIC)
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """What is to be paid, and the button that leads to the gateway; unknown and mistyped links look the same."""
    link = link_called(token)
    with timezone.override(link.order.station.zone if link else timezone.get_current_timezone()):
        response = _pay(request, token, link)
    for name, value in PRIVATE.items():
        response[name] = value
    return response


@require_GET
@requires(PUBLIC)
def pay_qr(request: HttpRequest, token: str) -> HttpResponse:
    """The link as a square code, an image of our own."""
    link = link_called(token)
    if link is None:
        raise Http404
    response = qr_picture(address_of(link))
    for name, value in PRIVATE.items():
        response[name] = value
    return response


def _pay(request: HttpRequest, token: str, link: PaymentLink | None) -> HttpResponse:
    if link is None:
        return _not_found(request)
    return form_page(
        request,
        operation="orders.pay_by_link",
        about=str(link.pk),
        form=PressForm(request.POST or None),
        service=partial(_press, link=link),
        then=lambda _link: "./",
        template=TEMPLATE,
        page=lambda: _page(link_called(token) or link),
        done="",
    )


def _not_found(request: HttpRequest) -> HttpResponse:
    """Whoever guesses is stopped; many payers may stand behind one address."""
    try:
        count_look_up(address=request.META.get("REMOTE_ADDR", ""), at=now())
    except Refused as refusal:
        response = render(request, TEMPLATE, {"refusal": refusal}, status=refusal.status)
        response["Retry-After"] = str(refusal.retry_after)
        return response
    return render(request, TEMPLATE, {}, status=404)


def _press(*, link: PaymentLink, by: User | AnonymousUser, at: dt.datetime) -> PaymentLink:
    """Nobody is known here: the payment is taken in the name of who made the link."""
    return services.pay_by_link(link=link, at=at)


def _page(link: PaymentLink) -> dict[str, Any]:
    order, payment = link.order, link.payment
    is_over = link.is_open and not link.is_being_paid and now() >= link.expires_at
    state = PaymentLink.Status.EXPIRED if is_over else PaymentLink.Status(link.status)
    return {
        "link": link,
        "order": order,
        "for_whom": mask_name(order.buyer_name),
        "lines": line_rows(order),
        "promotions": uses_of(order),
        "kind": KINDS[state],
        "words": link.state_words if not is_over else state.label,
        "can_pay": link.is_open and not is_over and not link.is_being_paid,
        "pay_url": pay_url_of(payment) if payment and link.is_open else "",
        "is_waiting": link.is_open and link.is_being_paid,
        "has_failed": bool(payment) and not link.is_being_paid and link.is_open,
        "goes_back": link.status == PaymentLink.Status.CANCELLED and link.is_being_paid,
        "state": state,
    }
