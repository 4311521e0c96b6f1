"""Buyers as readers may see them: in clear for those who pack, masked for everybody else."""

import datetime as dt
from dataclasses import dataclass

from orders.shops.models import ShopCheckout, ShopOrder
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.masking import mask_name, mask_phone
from stations.people.queries import serves
from stations.people.services import log_read
from stations.scope import post_reaching

PACK = "orders.pack_shop_order"
#: Name, phone and address are written on the box.
_TO_ADDRESS = (ShopOrder.Status.PAID, ShopOrder.Status.PACKED)


@dataclass(frozen=True, slots=True)
class BuyerSeen:
    """What one reader sees of a buyer; empty what they do not, and what is forgotten."""

    name: str
    phone: str
    address: str


def see_buyer(*, order: ShopOrder, user: User, at: dt.datetime) -> BuyerSeen:
    """The buyer of an order, for this reader.

    Who packs at its station sees name and address, and the whole phone until the box has left. Everybody else sees
    name and phone masked, and no address.
    """
    checkout, station = order.checkout, order.shop.station
    if post_reaching(user, PACK, station) is None:
        name = mask_name(checkout.buyer_name) if checkout.buyer_name else ""
        return BuyerSeen(name, mask_phone(checkout.buyer_phone), "")
    log_buyers_seen(station=station, user=user, at=at)
    return _in_clear(checkout, is_here=order.status in _TO_ADDRESS)


def log_buyers_seen(*, station: Station, user: User, at: dt.datetime) -> None:
    """Who sees a station's buyers in clear under an emergency post leaves a row, of nobody: buyers have no file."""
    if not serves(user, station.pk):
        log_read(user=user, person=None, what="shop_buyer", at=at, post=post_reaching(user, PACK, station))


def _in_clear(checkout: ShopCheckout, *, is_here: bool) -> BuyerSeen:
    phone = checkout.buyer_phone
    shown = str(phone or "") if is_here else mask_phone(phone)
    return BuyerSeen(checkout.buyer_name, shown, checkout.address)
