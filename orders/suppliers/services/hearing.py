"""A supplier's system says by itself what becomes of an order: as the hand's act would, in any order, once each."""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, refused_by, refuses
from core.gateways.models import Callback
from core.gateways.results import Malformed
from core.gateways.services import Effect
from core.notices.services import notify
from orders.purchases.models import Fulfilment
from orders.purchases.services import receive_fulfilment, refuse_fulfilment, ship_fulfilment
from orders.suppliers import confirmations
from orders.suppliers.confirmations import read_confirmation, words_in
from orders.suppliers.models import SupplierOrder
from orders.suppliers.queries import clerks_of
from orders.suppliers.services.confirming import CONTRADICTS, is_known, take_confirmation

_S, _F = SupplierOrder.Status, Fulfilment.Status
SHIPPED, ARRIVED, UNDELIVERABLE = "shipped", "arrived", "undeliverable"
ANSWERS = frozenset({confirmations.CONFIRMED, confirmations.PARTLY, confirmations.REFUSED})
DELIVERIES = frozenset({SHIPPED, ARRIVED, UNDELIVERABLE})
LONGEST_NOTE = 200
#: A delivery that overtakes the confirmation of its order waits so long for it.
WAITS_FOR_CONFIRMATION = dt.timedelta(days=1)
AGAIN_IN_SECONDS = 300


class NotConfirmedYet(Refused):
    """The supplier has sent what nobody knows to be confirmed; its confirmation may be on its way."""

    code = "not_confirmed_yet"
    message = _("It is not recorded yet that the supplier confirms these goods.")
    retry_after = AGAIN_IN_SECONDS


@refuses(NotConfirmedYet, *refused_by(take_confirmation, ship_fulfilment, receive_fulfilment, refuse_fulfilment))
@transaction.atomic
def hear_supplier(*, callback: Callback, said: Mapping[str, object], at: dt.datetime) -> Effect:
    """Take what a supplier's system says of an order (`our_ref`): its decision, or how far the goods are.

    The same event again changes nothing. What contradicts what is known here changes nothing, is examined by people,
    and the county's clerks are told. Refused, and heard again later: `not_confirmed_yet`; and those of what it does.
    """
    word = callback.event_type.partition(".")[2]
    found = _order_of(callback)
    if found is None:
        return Effect.STRAY
    order = lock(found)
    try:
        if word in ANSWERS:
            effect = _hear_answer(order, {**said, "status": word}, at=at)
        elif word in DELIVERIES:
            note = words_in(said.get("note"), longest=LONGEST_NOTE)
            effect = _hear_delivery(order, word, note, callback, at=at)
        else:
            return Effect.MALFORMED
    except Malformed:
        return Effect.MALFORMED
    if effect == Effect.CONTRADICTS:
        _tell_clerks(order, callback, at=at)
    return effect


def _order_of(callback: Callback) -> SupplierOrder | None:
    """The order of this reference, if it was placed with this supplier."""
    try:
        our_ref = UUID(callback.our_ref)
    except ValueError:
        return None
    return SupplierOrder.objects.filter(pk=our_ref, supplier__system=callback.provider).first()


def _hear_answer(order: SupplierOrder, said: Mapping[str, object], *, at: dt.datetime) -> Effect:
    """A decision; once it is known, the same one again is none, and another contradicts it."""
    heard = read_confirmation(said, our_ref=order.pk)
    if order.status in {_S.RELEASING, _S.RELEASED}:
        return Effect.IGNORED
    if order.status in {_S.CONFIRMED, _S.PARTLY, _S.REFUSED}:
        return Effect.IGNORED if is_known(order, heard) else Effect.CONTRADICTS
    take_confirmation(order, heard, at=at)
    order.save()
    return Effect.CONTRADICTS if order.last_error == CONTRADICTS else Effect.APPLIED


def _hear_delivery(order: SupplierOrder, word: str, note: str, callback: Callback, *, at: dt.datetime) -> Effect:
    part = Fulfilment.objects.select_related("order").get(pk=order.fulfilment_id)
    if word == UNDELIVERABLE:
        return _hear_undeliverable(part, note, at=at)
    if part.status == _F.PENDING:
        if at < callback.received_at + WAITS_FOR_CONFIRMATION:
            raise NotConfirmedYet
        return Effect.CONTRADICTS
    if part.status == _F.CANCELLED:
        return Effect.CONTRADICTS
    if part.status != _F.ALLOCATED or (word == SHIPPED and part.shipped_at):
        return Effect.IGNORED
    if word == SHIPPED:
        ship_fulfilment(fulfilment=part, by=None, at=at)
    else:
        receive_fulfilment(fulfilment=part, by=None, at=at)
    return Effect.APPLIED


def _hear_undeliverable(part: Fulfilment, note: str, *, at: dt.datetime) -> Effect:
    if part.status == _F.CANCELLED:
        return Effect.IGNORED
    if part.status not in {_F.PENDING, _F.ALLOCATED}:
        return Effect.CONTRADICTS
    refuse_fulfilment(fulfilment=part, reason=note or UNDELIVERABLE, by=None, at=at)
    return Effect.APPLIED


def _tell_clerks(order: SupplierOrder, callback: Callback, *, at: dt.datetime) -> None:
    """Who deals with the county's goods finds out on the telephone which of the two is true."""
    part = order.fulfilment
    for clerk in clerks_of(part.order.station, at=at):
        notify(
            template="supplier_contradicts",
            params={
                "number": part.order.number[-5:],
                "supplier": {"en": order.supplier.name, "zh-hans": order.supplier.name_zh},
            },
            language=clerk.language,
            user=clerk,
            link=f"/orders/warehouse/{part.pk}/",
            dedupe_key=f"supplier_contradicts:{callback.pk}:{clerk.pk}",
            at=at,
        )
