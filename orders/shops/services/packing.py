"""A paid order is packed at the station, sent with a carrier, and delivered."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from finance.payments.services import was_taken_back
from orders.produce.services.steps import tell_farmer
from orders.shops.machine import SHOP_ORDER
from orders.shops.models import ShopOrder
from orders.shops.queries import is_gone
from orders.shops.services.sharing import share_out
from orders.shops.services.steps import DAY, address_of, day_after, held_order, move, tell_buyer
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_O = ShopOrder.Status


class PaymentTakenBack(Refused):
    """The payer's bank has the money again; the clock stops the order in a moment."""

    code = "payment_taken_back"
    message = _("The buyer's bank has taken the money back. Do not pack or send this order.")


class SellerGone(Refused):
    """The clock refunds it within the hour."""

    code = "seller_gone"
    message = _("This shop has closed: the buyer gets the money back. Do not pack or send this order.")


@refuses(WrongState, PaymentTakenBack, SellerGone)
@transaction.atomic
def pack_shop_order(*, order: ShopOrder, by: User, at: dt.datetime) -> ShopOrder:
    """The goods are in the box, with the buyer's address on it; it has to leave within `send_hours`."""
    order = held_order(order)
    SHOP_ORDER.check("pack_shop_order", order.status)
    _refuse_what_is_over(order)
    order.packed_at, order.send_by_at = at, at + dt.timedelta(hours=order.send_hours)
    return move(order, _O.PACKED, at=at, by=by)


@refuses(WrongState, PaymentTakenBack, SellerGone)
@transaction.atomic
def send_shop_order(*, order: ShopOrder, courier: str, tracking_number: str, by: User, at: dt.datetime) -> ShopOrder:
    """A carrier has the box; the buyer gets the tracking number."""
    order = held_order(order)
    SHOP_ORDER.check("send_shop_order", order.status)
    _refuse_what_is_over(order)
    order.courier, order.tracking_number = courier, tracking_number
    order.sent_at, order.arrives_by_at = at, at + order.arrive_days * DAY
    move(order, _O.SENT, at=at, by=by)
    about = {"number": order.number[-7:], "courier": courier}
    tell_buyer(order.checkout, "shop_order_sent", about | {"link": address_of(order.checkout)}, about=order.pk, at=at)
    return order


@refuses(WrongState, SamePerson, *refused_by(share_out))
@transaction.atomic
def deliver_shop_order(*, order: ShopOrder, by: User | None, at: dt.datetime) -> ShopOrder:
    """The buyer has it: everybody's part is posted, and the days to complain begin.

    Said by the buyer on the page of the order (`by` is nobody then), by the station from what the carrier says, or by
    the clock; the farmer, whom it pays, cannot say so at the station. The parts are paid from the end of those days on,
    at 24:00 of the station.
    """
    order = held_order(order)
    SHOP_ORDER.check("deliver_shop_order", order.status)
    if by is not None:
        require_two_persons(by, order.shop.owner_id)
    order.delivered_at = at
    order.claim_until_at = day_after(order.shop.station, order.claim_days, at=at)
    share_out(order, at=at)
    move(order, _O.DELIVERED, at=at, by=by)
    language = order.shop.owner.language
    about = {"number": order.number[-7:], "net": order.net.display(language)}
    tell_farmer(order.shop.owner, order.shop.station, "shop_sold", about, about=order.pk, at=at)
    return order


@refuses(PaymentTakenBack, SellerGone)
def _refuse_what_is_over(order: ShopOrder) -> None:
    if is_gone(order.shop):
        raise SellerGone
    payment = order.checkout.payment
    if payment is not None and was_taken_back(payment):
        raise PaymentTakenBack
