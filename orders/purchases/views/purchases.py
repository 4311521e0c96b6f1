"""One order with what may be done at the counter and by the county, and the slip that the buyer signs."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import PhoneNumber

from core.access import load, may, requires
from core.money import Money, zero
from core.web.page_actions import ObjectPage, PageAction
from finance.payments.models import Payment
from finance.payments.services import Tender
from logistics.parcels.views import id_check_of
from orders.promotions.queries import uses_of
from orders.purchases import services
from orders.purchases.display import held_at, kind_of, line_rows, part_kind, words_of
from orders.purchases.forms import (
    AgreeForm,
    AskForm,
    CashForm,
    HandOverForm,
    HandOverSeenForm,
    LinkForm,
    ReasonForm,
    SignForm,
)
from orders.purchases.link_tokens import address_of, token_of
from orders.purchases.machine import FULFILMENT, ORDER
from orders.purchases.models import Fulfilment, Order, OrderConsent, PaymentLink
from orders.purchases.queries import part_at_counter
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.people.masking import mask_phone
from stations.people.queries import holder_of
from stations.requests import SignedInRequest

READ = "orders.read_purchase"
GIVE, HAND_OVER = "orders.give_consent", "orders.hand_over_purchase"
OFFER_LINK, WAIVE = "orders.offer_payment_link", "orders.waive_cod_points"


def _orders() -> "QuerySet[Order]":
    return Order.objects.select_related("station__county", "villager", "ordered_by", "consent", "replaces")


def _context(request: SignedInRequest, order: Order) -> dict[str, Any]:
    at_counter = part_at_counter(order)
    parts = order.fulfilments.select_related("warehouse__station", "supplier").order_by("pk")
    return {
        "order": order,
        "kind": kind_of(order),
        "words": words_of(order),
        "lines": line_rows(order),
        "promotions": uses_of(order),
        "parts": [{"part": part, "kind": part_kind(part), "where": held_at(part)} for part in parts],
        "at_counter": at_counter,
        "payments": [row.payment for row in order.payments.select_related("payment").order_by("pk")],
        "asked": order.consents.filter(is_live=True).first(),
        **_link_of(request, order),
        "history": history_of(order),
        "takes_back": may(request.user, "orders.request_return")
        and not order.is_replacement
        and order.lines.filter(window_ends_at__gt=now(), quantity_delivered__gt=F("quantity_returned")).exists(),
        "brought_back": order.returns.order_by("pk"),
        "points": services.points_to_waive(order, at=now()) if may(request.user, WAIVE) else 0,
        "sees_payment": may(request.user, "finance.read_payment"),
    }


@requires(READ, one_object=True)
def slip(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What the buyer signs: articles, total, way of paying, and who saw it. Nothing on it says that it is paid."""
    order = load(_orders(), request.user, READ, pk=pk)
    page = {
        "order": order,
        "lines": line_rows(order),
        "promotions": uses_of(order),
        "asked": order.consents.filter(is_live=True).first(),
    }
    return render(request, "orders/purchases/slip.html", page)


def _sign(*, order: Order, witness_card: str, by: User, at: dt.datetime) -> Order:
    return services.sign_consent(order=order, witness=holder_of(by, witness_card), by=by, at=at)


def _tender(order: Order, cash_given: Money | None) -> Tender:
    return Tender(payer=order.villager, payer_phone=order.buyer_phone, cash_given=cash_given)


def _pay(*, order: Order, cash_given: Money | None, key: str, by: User, at: dt.datetime) -> Payment:
    return services.take_purchase_payment(order=order, tender=_tender(order, cash_given), by=by, at=at, key=key)


def _hand_over(*, order: Order, cash_given: Money | None, by: User, at: dt.datetime, **proof: Any) -> Fulfilment:
    part = part_at_counter(order)
    if part is None:
        raise services.ParcelUnknown
    return services.hand_over_purchase(fulfilment=part, tender=_tender(order, cash_given), by=by, at=at, **proof)


def _hand_over_seen(
    *, order: Order, witness_card: str, photo: UploadedFile, by: User, at: dt.datetime, **typed: Any
) -> Fulfilment:
    check = id_check_of(witness_card, photo, by=by, at=at)
    return _hand_over(order=order, id_check=check, by=by, at=at, **typed)


def _link_of(request: SignedInRequest, order: Order) -> dict[str, Any]:
    """The newest link, and its address for who may make one."""
    link = order.links.select_related("payment").order_by("-pk").first()
    shows = link is not None and link.is_open and may(request.user, OFFER_LINK)
    return {
        "payment_link": link,
        "pay_address": address_of(link) if link and shows else "",
        "pay_phone": mask_phone(link.phone) if link else "",
        "pay_token": token_of(link) if link and shows else "",
    }


def _offer_link(*, order: Order, phone: PhoneNumber | str, by: User, at: dt.datetime) -> PaymentLink:
    return services.offer_payment_link(order=order, phone=str(phone or ""), by=by, at=at)


def _can_be_linked(order: Order, _user: User) -> bool:
    """By link is paid what was begun so, or what an agreed order must have before it is picked."""
    is_placed = order.status == Order.Status.PLACED
    return bool(order.advance_due) if is_placed else order.pay_method == Order.PayMethod.ONLINE


def _has_link(order: Order, _user: User) -> bool:
    return order.links.filter(status=PaymentLink.Status.OPEN).exists()


def _region(_request: HttpRequest, order: Order) -> dict[str, str]:
    return {"country": order.station.county.country}


def _asks_code(order: Order, _user: User) -> bool:
    return _asked_for(order) in OrderConsent.BY_CODE


def _asks_signature(order: Order, _user: User) -> bool:
    return _asked_for(order) == OrderConsent.Kind.PRINTED_SLIP


def _asked_for(order: Order) -> str:
    live = order.consents.filter(is_live=True).first()
    return live.kind if live else ""


def _owes(order: Order, _user: User) -> bool:
    return bool(order.advance_due)


def _is_debt(order: Order, _user: User) -> bool:
    return order.has_ended_parts and bool(order.due)


def _has_points(order: Order, _user: User) -> bool:
    return services.points_to_waive(order, at=now()) > 0


def _is_here(order: Order, _user: User) -> bool:
    return part_at_counter(order) is not None


def _nothing_picked(order: Order, _user: User) -> bool:
    return order.fulfilments.are_untouched()


def _is_picked(order: Order, _user: User) -> bool:
    stoppable = FULFILMENT.arrows["cancel_fulfilment"]
    stands = order.fulfilments.exclude(status=Fulfilment.Status.CANCELLED)
    return not stands.exclude(status__in=stoppable).exists()


def _due_here(_request: HttpRequest, order: Order) -> dict[str, Money]:
    part = part_at_counter(order)
    return {"due": part.cash_due if part else zero(order.currency)}


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
            form_kwargs=_due_here,
            arrow="hand_over_purchase",
            is_open=_is_here,
            title=_("Hand it over"),
            button=_("Handed over"),
            doing=_("Recording…"),
        ),
        "hand-over-seen": PageAction(
            grant=HAND_OVER,
            service=_hand_over_seen,
            form=HandOverSeenForm,
            form_kwargs=_due_here,
            arrow="hand_over_purchase",
            is_open=_is_here,
            title=_("Without the code: identity document, witness and photo"),
            button=_("Handed over without the code"),
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
        "link": PageAction(
            grant=OFFER_LINK,
            service=_offer_link,
            form=LinkForm,
            form_kwargs=_region,
            arrow="offer_payment_link",
            is_open=_can_be_linked,
            title=_("Have it paid by link"),
            button=_("Make a link"),
            doing=_("Sending…"),
            kind="",
        ),
        "cancel-link": PageAction(
            grant=OFFER_LINK,
            service=services.cancel_payment_link,
            arrow="cancel_payment_link",
            is_open=_has_link,
            title=_("Stop payment by this link"),
            button=_("Cancel the link"),
            doing=_("Recording…"),
            kind="danger",
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
        "waive-points": PageAction(
            grant=WAIVE,
            service=services.waive_cod_points,
            form=ReasonForm,
            is_open=_has_points,
            title=_("Stop counting the parcels that were not taken"),
            button=_("Waive the points"),
            doing=_("Recording…"),
            kind="",
        ),
        "write-off": PageAction(
            grant="orders.write_off_purchase",
            service=services.write_off_purchase,
            form=ReasonForm,
            arrow="write_off_purchase",
            is_open=_is_debt,
            title=_("Give up what is owed"),
            button=_("Write it off"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)
