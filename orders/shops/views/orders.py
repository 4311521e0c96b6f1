"""Orders of shops in the console: one order with what may be done, and the list to pack by."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import load, requires
from core.web.page_actions import ObjectPage, PageAction
from orders.shops import services
from orders.shops.display import kind_of, line_rows
from orders.shops.forms import AcceptClaimForm, SendForm, ShopReasonForm
from orders.shops.machine import SHOP_ORDER
from orders.shops.models import ShopClaim, ShopOrder
from orders.shops.queries import claim_of, has_a_part_in, is_of_their_own, shop_orders_with_claims, shops
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.requests import SignedInRequest

READ, PACK, CANCEL = "orders.read_shop", "orders.pack_shop_order", "orders.cancel_shop_order"
CONCEDE, DECIDE_CLAIM = "orders.concede_shop_claim", "orders.decide_shop_claim"
#: On one paper.
MOST = 100


def _context(request: SignedInRequest, order: ShopOrder) -> dict[str, Any]:
    return {
        "claim": claim_of(order),
        "order": order,
        "buyer": services.see_buyer(order=order, user=request.user, at=now()),
        "kind": kind_of(order),
        "lines": line_rows(order),
        "history": history_of(order),
    }


def _can_concede(order: ShopOrder, user: User) -> bool:
    claim = claim_of(order)
    is_raised = claim is not None and claim.status == ShopClaim.Status.RAISED
    is_small = claim is not None and claim.asked_minor <= order.instant_claim_minor
    return is_raised and is_small and not is_of_their_own(order, user)


def _can_decide(order: ShopOrder, user: User) -> bool:
    claim = claim_of(order)
    return claim is not None and claim.is_to_decide and not has_a_part_in(order, claim, user)


def _claim_form(_request: Any, order: ShopOrder) -> dict[str, Any]:
    claim = claim_of(order)
    return {"currency": order.currency, "asked": str(claim.asked) if claim else ""}


ORDER_PAGE = ObjectPage(
    name="shops:order",
    template="orders/shops/order.html",
    grant=READ,
    noun="order",
    rows=shop_orders_with_claims,
    context=_context,
    machine=SHOP_ORDER,
    actions={
        "concede-claim": PageAction(
            grant=CONCEDE,
            service=services.concede_claim,
            is_open=_can_concede,
            title=_("The complaint is right: refund what the buyer asks"),
            button=_("Refund it"),
            doing=_("Recording…"),
        ),
        "accept-claim": PageAction(
            grant=DECIDE_CLAIM,
            service=services.accept_claim,
            form=AcceptClaimForm,
            form_kwargs=_claim_form,
            is_open=_can_decide,
            title=_("The complaint is right: the buyer gets money back"),
            button=_("Accept the complaint"),
            doing=_("Recording…"),
        ),
        "refuse-claim": PageAction(
            grant=DECIDE_CLAIM,
            service=services.refuse_claim,
            form=ShopReasonForm,
            is_open=_can_decide,
            title=_("The complaint is wrong: refuse it"),
            button=_("Refuse the complaint"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "pack": PageAction(
            grant=PACK,
            service=services.pack_shop_order,
            arrow="pack_shop_order",
            title=_("The goods are in the box, the address is on it"),
            button=_("Packed"),
            doing=_("Recording…"),
        ),
        "send": PageAction(
            grant=PACK,
            service=services.send_shop_order,
            form=SendForm,
            arrow="send_shop_order",
            title=_("The carrier has it"),
            button=_("It has left"),
            doing=_("Recording…"),
        ),
        "deliver": PageAction(
            grant=PACK,
            service=services.deliver_shop_order,
            arrow="deliver_shop_order",
            title=_("The carrier says that it was delivered"),
            button=_("Delivered"),
            doing=_("Recording…"),
        ),
        "cancel": PageAction(
            grant=CANCEL,
            service=services.cancel_shop_order,
            form=ShopReasonForm,
            arrow="cancel_shop_order",
            title=_("It cannot be delivered: refund the buyer"),
            button=_("Cancel the order"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


@requires(PACK, one_object=True)
def pack_list(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What is to be packed of one shop, with addresses, to be printed; the oldest first."""
    shop = load(shops(), request.user, PACK, pk=pk)
    services.log_buyers_seen(station=shop.station, user=request.user, at=now())
    rows = ShopOrder.objects.filter(shop=shop, status=ShopOrder.Status.PAID).select_related("checkout")
    orders = [
        {"order": order, "lines": order.lines.all()}
        for order in rows.prefetch_related("lines").order_by("pack_by_at", "pk")[:MOST]
    ]
    return render(request, "orders/shops/pack_list.html", {"shop": shop, "orders": orders})
