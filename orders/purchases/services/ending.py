"""Orders that end, whole or in part, before they are handed over: cancelled, or without somebody's word in time."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.database.db import lock_all
from core.errors import Refused, WrongState, refused_by, refuses
from core.language.reasons import needs_words
from core.money import Money, zero
from finance.fees.services import Step
from finance.payments.models import Refund
from orders.promotions.services import give_back_goods, give_back_uses
from orders.purchases.machine import FULFILMENT, ORDER
from orders.purchases.models import Fulfilment, Order, OrderLine, PaymentLink
from orders.purchases.services.calling_off import call_off
from orders.purchases.services.link_steps import end_link, open_link, void_link, word_expected_until
from orders.purchases.services.paying import cancel_goods
from orders.purchases.services.reversing import held_as_paid
from orders.purchases.services.starting import expire_later
from orders.purchases.services.steps import announce_cancelled, move, move_fulfilment, tell_buyer
from orders.stock.services import release_stock
from stations.accounts.models import User

_F = Fulfilment.Status
#: Neither picked nor sent by the supplier that keeps it.
UNTOUCHED = frozenset({_F.PENDING, _F.ALLOCATED})


class AlreadyPicked(Refused):
    """The warehouse has begun: only the county can stop it now, until it is packed."""

    code = "already_picked"
    message = _("The warehouse has begun to pack this. Ask the county to stop it, or refuse it when it arrives.")


@refuses(WrongState, AlreadyPicked, *refused_by(cancel_goods))
@needs_words("reason")
@transaction.atomic
def cancel_purchase(*, order: Order, reason: str, by: User, at: dt.datetime) -> Order:
    """Cancel an order at the buyer's word, until its goods are picked; what was paid in advance is owed back.

    Refused: `wrong_state`, `already_picked`.
    """
    order = held_as_paid(order, at=at)
    ORDER.check("cancel_purchase", order.status)
    return _end(order, Order.Status.CANCELLED, UNTOUCHED, reason=reason, by=by, at=at)


@refuses(WrongState, AlreadyPicked, *refused_by(cancel_goods))
@needs_words("reason")
@transaction.atomic
def recall_purchase(*, order: Order, reason: str, by: User, at: dt.datetime) -> Order:
    """The county stops an order whose goods are picked and not packed yet. Refused: `wrong_state`, `already_picked`."""
    order = held_as_paid(order, at=at)
    ORDER.check("recall_purchase", order.status)
    stoppable = FULFILMENT.arrows["cancel_fulfilment"]
    return _end(order, Order.Status.CANCELLED, stoppable, reason=reason, by=by, at=at)


@refuses(WrongState, AlreadyPicked, *refused_by(cancel_goods))
@transaction.atomic
def expire_purchase(*, order: Order, at: dt.datetime) -> Order:
    """End an order whose time is over: not agreed, or not paid in advance; whatever came first stands.

    One that is being paid by link waits until the gateway has said how that ended, for a day at most. Of goods that
    their supplier has sent, after the bank had taken the payment back, it is paid when they are handed over.
    """
    order = held_as_paid(order, at=at)
    if order.expires_at is None or at < order.expires_at or not ORDER.allows("expire_purchase", order.status):
        return order
    until = word_expected_until(order, at=at)
    if until is not None:
        order.expires_at = until
        order.save(update_fields=["expires_at", "updated_at"])
        expire_later(order)
        return order
    if order.status == Order.Status.PLACED and not order.fulfilments.are_untouched():
        order.expires_at = None
        order.save(update_fields=["expires_at", "updated_at"])
        return order
    if order.status == Order.Status.PLACED:
        return _end(order, Order.Status.CANCELLED, UNTOUCHED, reason="", by=None, at=at)
    return _end(order, Order.Status.EXPIRED, frozenset(), reason="", by=None, at=at)


def _end(
    order: Order, status: str, stoppable: frozenset[str], *, reason: str, by: User | None, at: dt.datetime
) -> Order:
    parts = lock_all(order.fulfilments.exclude(status=_F.CANCELLED))
    if any(_progress_of(part) not in stoppable for part in parts):
        raise AlreadyPicked
    was_placed = order.status == Order.Status.PLACED
    void_link(order, by=by, at=at)
    give_back_uses(order)
    release_stock(references=list(order.lines.values_list("pk", flat=True)), at=at)
    for part in parts:
        move_fulfilment(part, _F.CANCELLED, at=at, by=by, reason=reason)
        call_off(part, at=at)
    order.lines.update(quantity_cancelled=F("quantity"))
    order.consents.filter(is_live=True, given_at=None).update(is_live=False)
    order.cancelled, order.expires_at = order.ordered, None
    refunds: list[Refund] = []
    if was_placed:
        refunds = cancel_goods(order, Money(order.total_minor - order.cancelled_minor, order.currency), at=at)
    else:
        order.cancelled_minor = order.total_minor
    move(order, status, at=at, by=by, reason=reason)
    if was_placed:
        announce_cancelled(order, at=at)
        tell_of_end(order, refunds, at=at)
    return order


def _progress_of(part: Fulfilment) -> str:
    """The state of a part; what its supplier has sent is as good as picked."""
    return _F.PICKED if part.status == _F.ALLOCATED and part.shipped_at else part.status


@refuses(*refused_by(cancel_goods))
def cancel_part(order: Order, part: Fulfilment, *, at: dt.datetime) -> list[Refund]:
    """Goods of a part are not delivered: nobody owes them, and what was paid for them is owed back.

    The caller holds order and promotions, and has ended the part. An order of which nothing is left is cancelled.
    A link that asks for what is not due any more ends; what is paid by it all the same goes back.
    """
    for line in part.lines.select_related("order_line"):
        give_back_goods(order, line, Step(0, line.quantity, line.quantity))
        OrderLine.objects.filter(pk=line.order_line_id).update(
            quantity_cancelled=F("quantity_cancelled") + line.quantity
        )
        order.cancelled += line.quantity
    refunds = cancel_goods(order, Money(part.price_minor, order.currency), at=at)
    link = open_link(order)
    if link is not None and link.amount != order.advance_due:
        end_link(link, PaymentLink.Status.CANCELLED, at=at)
    if order.cancelled == order.ordered:
        order.expires_at = None
        move(order, Order.Status.CANCELLED, at=at)
        announce_cancelled(order, at=at)
    return refunds


def tell_of_end(order: Order, refunds: list[Refund], *, at: dt.datetime) -> None:
    """The buyer hears it: what lies at the station for them, and what goes back to somebody who paid by link."""
    _tell(order, "purchase_cancelled", refunds, otherwise=zero(order.currency), turn="", at=at)


def tell_of_part(order: Order, part: Fulfilment, template: str, refunds: list[Refund], *, at: dt.datetime) -> None:
    """The buyer hears that these goods do not come, and what comes back for them or is less to pay."""
    less = Money(part.price_minor, part.currency)
    _tell(order, template, refunds, otherwise=less, turn=str(part.pk), at=at)


def _tell(order: Order, template: str, refunds: list[Refund], *, otherwise: Money, turn: str, at: dt.datetime) -> None:
    back = {
        f"{template}_paid": _sum_of(order, refunds, Refund.Source.CUSTOMER_FUNDS),
        f"{template}_online": _sum_of(order, refunds, Refund.Source.ONLINE),
    }
    told = {name: amount for name, amount in back.items() if amount}
    for name, amount in (told or {template: otherwise}).items():
        tell_buyer(order, name, {"number": order.number[-5:], "amount": amount}, at=at, turn=turn)


def _sum_of(order: Order, refunds: list[Refund], source: str) -> Money:
    return Money(sum(each.amount_minor for each in refunds if each.source == source), order.currency)
