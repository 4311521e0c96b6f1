"""The same article again for what came back with a fault: a new order that costs nothing, or the money after all.

Of the first order's money nothing moves while its goods are replaced: supplier, partner and county keep what they
earned, and what waited goes on when the replacement is in the buyer's hands. What of it never arrives is refunded.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from core.errors import WrongState, refused_by, refuses
from core.events.services import publish
from core.fields import uuid7
from core.history import record_change
from core.money import zero
from orders.catalog.models import Supplier
from orders.purchases.models import Order, OrderConsent, OrderLine
from orders.purchases.services.sending import write_fulfilments
from orders.purchases.services.steps import content_hash, tell_buyer
from orders.returns.machine import RETURN
from orders.returns.models import Return, ReturnLine
from orders.returns.services.closing import close_if_done, refund_or_ask
from orders.returns.services.refunding import accepted_of, pay_way_back, refund_goods
from orders.returns.services.steps import free, held, held_as_paid, lines_of, move
from orders.stock.services import Wanted, reserve_stock
from stations.accounts.models import User
from stations.network.paper_numbers import paper_number

_S = Return.Status


@refuses(WrongState, *refused_by(reserve_stock, pay_way_back))
@transaction.atomic
def replace_return(*, goods_return: Return, by: User, at: dt.datetime) -> Return:
    """Send what was accepted again, as a placed order that costs nothing; the buyer is told.

    Refused: `wrong_state`, and with nothing reserved `out_of_stock`, `not_in_one_warehouse`, `quantity_step`: then the
    money is given back instead (`refund_return`).
    """
    order, found = held(goods_return)
    RETURN.check("replace_return", found.status)
    accepted = accepted_of(lines_of(found))
    made = _order_again(order, found, accepted, at=at)
    pay_way_back(order, found, list(accepted), zero(order.currency), at=at)
    found.replaced_at = at
    found = move(found, _S.REPLACED, at=at, by=by)
    publish("orders.goods_replaced", at=at, goods_return=str(found.pk), order=str(made.pk), station=made.station_id)
    tell_buyer(made, "return_replaced", {"number": found.number[-5:]}, at=at, turn=str(found.pk))
    return found


@refuses(WrongState, *refused_by(refund_goods))
@transaction.atomic
def refund_return(*, goods_return: Return, by: User, at: dt.datetime) -> Return:
    """Give the money back for goods that were to be replaced; a refund that is refused waits for the county.

    Refused: `wrong_state`.
    """
    order, found = held_as_paid(goods_return, at=at)
    RETURN.check("refund_return", found.status)
    return refund_or_ask(order, found, by=by, at=at)


@refuses(*refused_by(refund_goods))
@transaction.atomic
def settle_replacement(*, goods_return: Return, at: dt.datetime) -> Return:
    """End a return when everything that was sent again was handed over, or never will be: that is refunded.

    What was handed over can be brought back on the first order, as long as goods of the new one could. A return whose
    replacement is still under way stays as it is, and so does one that has ended.
    """
    order, found = held_as_paid(goods_return, at=at)
    if found.status != _S.REPLACED:
        return found
    again = Order.objects.get(replaces=found)
    if again.ordered != again.delivered + again.cancelled:
        return found
    missing: dict[ReturnLine, int] = {}
    lost = Counter(dict(again.lines.values_list("variant", "quantity_cancelled")))
    for line, accepted in accepted_of(lines_of(found)).items():
        variant = line.part.order_line.variant_id
        missing[line] = min(accepted, lost[variant])
        lost[variant] -= missing[line]
        free(line, accepted - missing[line])
    _extend_windows(order, again)
    found.unsettled_at, found.unsettled_code = None, ""
    owed = {line: quantity for line, quantity in missing.items() if quantity}
    if owed:
        refund_goods(order, found, owed, at=at)
        found = move(found, _S.REFUNDED, at=at)
    else:
        found.save(update_fields=["unsettled_at", "unsettled_code", "updated_at"])
    return close_if_done(found, at=at)


def _order_again(order: Order, found: Return, accepted: Mapping[ReturnLine, int], *, at: dt.datetime) -> Order:
    """A placed order of these goods for the same buyer at the same station; asking for it was the agreement."""
    again = Order.objects.create(
        number=paper_number(order.station, "O", at),
        key=f"return:{found.pk}",
        station=order.station,
        villager=order.villager,
        walk_in_name=order.walk_in_name,
        walk_in_phone=order.walk_in_phone,
        ordered_by=found.requested_by,
        replaces=found,
        pay_method=Order.PayMethod.STATION_CASH,
        status=Order.Status.PLACED,
        currency=order.currency,
        price_as_of_at=order.price_as_of_at,
        total_minor=0,
        ordered=sum(accepted.values()),
        placed_at=at,
        consent_id=uuid7(),
    )
    lines = OrderLine.objects.bulk_create(_lines_again(again, accepted))
    OrderConsent.objects.create(
        id=again.consent_id,
        order=again,
        kind=OrderConsent.Kind.REPLACEMENT,
        content_hash=content_hash(again, lines),
        giver=order.villager,
        asked_by=found.requested_by,
        asked_at=found.requested_at,
        expires_at=at,
        given_at=found.requested_at,
    )
    record_change(again, old="", new=again.status, at=at)
    wanted = [Wanted(line.pk, line.variant, line.quantity) for line in lines]
    reserve_stock(station=order.station, lines=wanted, at=at)
    write_fulfilments(lines, at=at)
    return again


def _lines_again(again: Order, accepted: Mapping[ReturnLine, int]) -> list[OrderLine]:
    """One line for each article, however many parcels it came in."""
    quantities: Counter[UUID] = Counter()
    first: dict[UUID, OrderLine] = {}
    suppliers: dict[UUID, Supplier] = {}
    for line, quantity in accepted.items():
        pk = line.part.order_line_id
        quantities[pk] += quantity
        first[pk], suppliers[pk] = line.part.order_line, line.part.supplier
    return [
        OrderLine(
            order=again,
            variant=first[pk].variant,
            supplier=suppliers[pk],
            quantity=quantity,
            unit_price_minor=first[pk].unit_price_minor,
            goods_minor=0,
            currency=again.currency,
            return_window_days=first[pk].return_window_days,
            accepts_change_of_mind=first[pk].accepts_change_of_mind,
        )
        for pk, quantity in quantities.items()
    ]


def _extend_windows(order: Order, again: Order) -> None:
    """Days to bring goods back begin anew when the replacement is handed over."""
    for variant, ends_at in again.lines.filter(quantity_delivered__gt=0).values_list("variant", "window_ends_at"):
        own = OrderLine.objects.filter(order=order, variant=variant)
        own.update(window_ends_at=Greatest(F("window_ends_at"), ends_at))
