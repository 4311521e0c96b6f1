"""The county decides on shops; the station takes breaks."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, SamePerson, WrongState, refuses
from core.events.services import publish
from core.language.reasons import needs_words
from orders.produce.services.steps import tell_farmer
from orders.shops.machine import SHOP
from orders.shops.models import Shop, ShopOrder
from orders.shops.services.steps import held_shop, move
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_S = Shop.Status


class ShopHasOrders(Refused):
    """Somebody has paid, or may still complain."""

    code = "shop_has_orders"
    message = _("%(count)s orders of this shop are not completed yet. Stop it for now, and close it when they are.")


@refuses(WrongState, SamePerson)
@transaction.atomic
def approve_shop(*, shop: Shop, by: User, at: dt.datetime) -> Shop:
    """Open a shop to the city; another person than those who prepared it does. The farmer is told.

    Publishes `orders.shop_approved`.
    """
    shop = _held_by_another(shop, "approve_shop", by)
    shop.decided_by, shop.decision_note = by, ""
    move(shop, _S.APPROVED, at=at, by=by)
    name = shop.name_zh if shop.owner.language.startswith("zh") else shop.name
    tell_farmer(shop.owner, shop.station, "shop_approved", {"shop": name}, about=shop.pk, at=at)
    facts = {"shop": str(shop.pk), "person": str(shop.owner_id), "station": shop.station_id}
    publish("orders.shop_approved", at=at, **facts)
    return shop


@refuses(WrongState, SamePerson)
@needs_words("reason")
@transaction.atomic
def reject_shop(*, shop: Shop, reason: str, by: User, at: dt.datetime) -> Shop:
    """Send a shop back to the station for a reason; it can be sent in again."""
    shop = _held_by_another(shop, "reject_shop", by)
    shop.decided_by, shop.decision_note = by, reason
    return move(shop, _S.REJECTED, at=at, by=by, reason=reason)


@refuses(WrongState, SamePerson)
@needs_words("reason")
@transaction.atomic
def suspend_shop(*, shop: Shop, reason: str, by: User, at: dt.datetime) -> Shop:
    """Stop a shop for a reason: nobody sees it any more; what is paid is packed all the same."""
    shop = _held_by_another(shop, "suspend_shop", by)
    shop.decided_by, shop.decision_note = by, reason
    return move(shop, _S.SUSPENDED, at=at, by=by, reason=reason)


@refuses(WrongState, SamePerson)
@transaction.atomic
def reinstate_shop(*, shop: Shop, by: User, at: dt.datetime) -> Shop:
    """Open a stopped shop again."""
    shop = _held_by_another(shop, "reinstate_shop", by)
    shop.decided_by, shop.decision_note = by, ""
    return move(shop, _S.APPROVED, at=at, by=by)


@refuses(WrongState, ShopHasOrders)
@needs_words("reason")
@transaction.atomic
def terminate_shop(*, shop: Shop, reason: str, by: User, at: dt.datetime) -> Shop:
    """Close a shop for good, once none of its orders is open. Refused: `shop_has_orders`."""
    shop = held_shop(shop)
    SHOP.check("terminate_shop", shop.status)
    count = ShopOrder.objects.filter(shop=shop, status__in=ShopOrder.OPEN).count()
    if count:
        raise ShopHasOrders(count=count)
    return move(shop, _S.TERMINATED, at=at, by=by, reason=reason)


@refuses(WrongState)
@transaction.atomic
def pause_shop(*, shop: Shop, by: User, at: dt.datetime) -> Shop:
    """Take a break: the page says so and sells nothing."""
    return _moved(shop, "pause_shop", _S.ON_BREAK, by=by, at=at)


@refuses(WrongState)
@transaction.atomic
def reopen_shop(*, shop: Shop, by: User, at: dt.datetime) -> Shop:
    """End a break."""
    return _moved(shop, "reopen_shop", _S.APPROVED, by=by, at=at)


@refuses(WrongState)
def _moved(shop: Shop, verb: str, status: str, *, by: User, at: dt.datetime) -> Shop:
    shop = held_shop(shop)
    SHOP.check(verb, shop.status)
    return move(shop, status, at=at, by=by)


@refuses(WrongState, SamePerson)
def _held_by_another(shop: Shop, verb: str, by: User) -> Shop:
    shop = held_shop(shop)
    SHOP.check(verb, shop.status)
    require_two_persons(by, shop.owner_id, shop.opened_by_id, shop.submitted_by_id)
    return shop
