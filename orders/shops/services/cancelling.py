"""An order that does not arrive: its goods are sold again where they are here, and its money goes back."""

import datetime as dt

from core.errors import WrongState, refused_by, refuses
from finance.payments.models import Refund
from finance.payments.services import refund_payment
from orders.promotions.services import give_back_coupon
from orders.shops.machine import SHOP_ORDER
from orders.shops.models import ShopCheckout, ShopOrder
from orders.shops.services.steps import held_order, move, tell_buyer
from orders.shops.services.undoing import put_back, uncover
from stations.accounts.models import User

_O = ShopOrder.Status


@refuses(WrongState, *refused_by(refund_payment))
def cancel(order: ShopOrder, why: str, *, at: dt.datetime, by: User | None = None, reason: str = "") -> ShopOrder:
    """End an order that is not delivered, for one of `ShopOrder.Why`; its money goes back, and the buyer is told."""
    order = held_order(order)
    SHOP_ORDER.check("cancel_shop_order", order.status)
    give_back_coupon([order])
    if order.status in ShopOrder.HERE:
        put_back([order])
    order.why, order.reason = why, reason
    move(order, _O.CANCELLED, at=at, by=by, reason=reason or why)
    payment = order.checkout.payment
    if order.checkout.status == ShopCheckout.Status.REVERSED:
        uncover(order, at=at)
    elif payment is not None:
        key = f"shop-order:{order.pk}"
        refund_payment(payment=payment, amount=order.total, reason=Refund.Reason.CANCELLED, at=at, key=key)
        about = {"number": order.number[-7:], "amount": order.total}
        tell_buyer(order.checkout, "shop_order_cancelled", about, about=order.pk, at=at)
    return order
