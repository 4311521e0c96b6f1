"""Orders of shops in the console: one order with what may be done, and the list to pack by."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from core.access import load, requires
from core.web.page_actions import ObjectPage, PageAction
from orders.shops import services
from orders.shops.display import kind_of, line_rows
from orders.shops.forms import SendForm, ShopReasonForm
from orders.shops.machine import SHOP_ORDER
from orders.shops.models import ShopOrder
from orders.shops.queries import shop_orders, shops
from stations.accounts.queries import history_of
from stations.requests import SignedInRequest

READ, PACK, CANCEL = "orders.read_shop", "orders.pack_shop_order", "orders.cancel_shop_order"
#: On one paper.
MOST = 100


def _context(_request: SignedInRequest, order: ShopOrder) -> dict[str, Any]:
    return {
        "order": order,
        "kind": kind_of(order),
        "lines": line_rows(order),
        "history": history_of(order),
    }


ORDER_PAGE = ObjectPage(
    name="shops:order",
    template="orders/shops/order.html",
    grant=READ,
    noun="order",
    rows=shop_orders,
    context=_context,
    machine=SHOP_ORDER,
    actions={
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


@requires(READ, one_object=True)
def pack_list(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What is to be packed of one shop, with addresses, to be printed; the oldest first."""
    shop = load(shops(), request.user, READ, pk=pk)
    rows = ShopOrder.objects.filter(shop=shop, status=ShopOrder.Status.PAID).select_related("checkout")
    orders = [
        {"order": order, "lines": order.lines.all()}
        for order in rows.prefetch_related("lines").order_by("pack_by_at", "pk")[:MOST]
    ]
    return render(request, "orders/shops/pack_list.html", {"shop": shop, "orders": orders})
