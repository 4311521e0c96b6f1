"""Money for an order: taken at the counter into customer funds, and owed back where goods were cancelled."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.database.db import atomic_but_tries
from core.errors import Refused, WrongState, refused_by, refuses
from core.money import Money, split
from finance.fees.services import Sale
from finance.payments.models import Payment, Refund
from finance.payments.services import CounterSale, Tender, prove_tender, refund_payment, sell
from logistics.parcels.services import write_cash_due
from orders.catalog.models import Variant
from orders.catalog.queries import kilograms
from orders.purchases.machine import ORDER
from orders.purchases.models import Fulfilment, Order, OrderPayment
from orders.purchases.services.cash_rules import lower_outstanding
from orders.purchases.services.covering import settle_cover
from orders.purchases.services.link_steps import PayerIsPaying, drop_link, tell_payer_of_refund
from orders.purchases.services.steps import held, replacement_moved
from orders.purchases.services.supplier_parts import ask_suppliers
from stations.accounts.models import User

#: Parts of an order's money carry no fee and earn nothing: commission comes from the goods when they are handed over.
PART = "goods_order.part"


class NothingDue(Refused):
    """Everything that is due now is paid."""

    code = "nothing_due"
    message = _("Nothing has to be paid in advance any more.")


@dataclass(frozen=True, kw_only=True)
class PartSale(CounterSale):
    """Money for goods that were not handed over yet: it may go back."""

    purpose = Payment.Purpose.GOODS

    def for_fees(self, *, by: User, at: dt.datetime) -> Sale:
        """Of a part nobody earns anything."""
        return Sale(
            event_type="payment",
            event_id="",
            service=PART,
            base=self.amount,
            station=self.station,
            acted_by=by,
            taken_at=at,
        )


@dataclass(frozen=True, kw_only=True)
class OrderPart(PartSale):
    """A part of the money of one order: the deposit, all of it in advance, or what is paid at the hand-over."""

    order: Order

    def slip_lines(self) -> list[dict[str, Any]]:
        """The order's number, and each article with its quantity."""
        number = {"name": "order", "label": {"en": "Order", "zh-hans": "订单"}, "value": self.order.number}
        lines = self.order.lines.select_related("variant__product").order_by("pk")
        return [number, *(article_line(line.variant, line.quantity) for line in lines)]

    def store(self, payment: Payment) -> None:
        """Say which order it pays."""
        OrderPayment.objects.create(order=self.order, payment=payment)


def article_line(variant: Variant, quantity: int) -> dict[str, Any]:
    """An article on a slip, with how much of it is sold."""
    product = variant.product
    label = {
        "en": f"{product.name} {variant.label}".strip(),
        "zh-hans": f"{product.name_zh} {variant.label_zh}".strip(),
    }
    counted = f"× {quantity}" if variant.unit == "piece" else f"{kilograms(quantity)} kg"
    return {"name": "article", "label": label, "value": counted}


@refuses(WrongState, NothingDue, PayerIsPaying, *refused_by(sell))
@atomic_but_tries
def take_purchase_payment(*, order: Order, tender: Tender, by: User, at: dt.datetime, key: str) -> Payment:
    """Take what must be paid before the goods are picked: the deposit, or all of an order paid in advance.

    A link that could pay it ends. Refused: `wrong_state`, `nothing_due`, `payer_is_paying`, and those of taking money.
    """
    order = held(order)
    ORDER.check("take_purchase_payment", order.status)
    if not order.advance_due:
        raise NothingDue
    tender = prove_tender(tender=tender, station=order.station, by=by, at=at)
    drop_link(order, by=by, at=at)
    payment = take_money(order, order.advance_due, tender=tender, by=by, at=at, key=key)
    spread_cash(order, at=at)
    ask_suppliers(order, at=at)
    return payment


@refuses(*refused_by(sell))
def take_money(order: Order, amount: Money, *, tender: Tender, by: User, at: dt.datetime, key: str) -> Payment:
    """Sell a part of the order at its station and count it; the order's row is held."""
    tender = tender if tender.payer else replace(tender, payer=order.villager)
    sale = OrderPart(order=order, station=order.station, amount=amount, subject_ref=order.number)
    payment = sell(sale=sale, tender=tender, by=by, at=at, key=key)
    count_received(order, payment, amount, at=at)
    return payment


def count_received(order: Order, payment: Payment, amount: Money, *, at: dt.datetime) -> None:
    """So much was paid: an order whose advance is paid waits no more. The order's row is held.

    What the platform had put in for goods that nobody had paid goes back to it.
    """
    order.received_minor += amount.minor
    if order.status == Order.Status.PLACED and not order.advance_due:
        order.expires_at = None
    order.save(update_fields=["received_minor", "expires_at", "updated_at"])
    order.refresh_from_db(fields=["payment_status"])
    lower_outstanding(order, amount)
    if order.covered_minor:
        settle_cover(order, event=f"{payment.pk}:paid", at=at)


def spread_cash(order: Order, *, at: dt.datetime) -> None:
    """Say on each part that is still to be handed over, and on its parcel, what is paid then: by its price."""
    parts = list(order.fulfilments.filter(status__in=Fulfilment.OPEN).order_by("pk"))
    if not share_cash(parts, order.due):
        return
    Fulfilment.objects.bulk_update(parts, ["cash_due_minor"])
    write_cash_due(due={part.parcel: part.cash_due for part in parts if part.parcel}, at=at)


def share_cash(parts: Sequence[Fulfilment], due: Money) -> bool:
    """Share what is due among these parts by their price, without storing it; whether any of them costs something."""
    prices = [part.price_minor for part in parts]
    if not any(prices):
        return False
    for part, minor in zip(parts, split(due, prices), strict=True):
        part.cash_due_minor = minor.minor
    return True


@refuses(*refused_by(refund_payment))
def cancel_goods(order: Order, goods: Money, *, at: dt.datetime) -> list[Refund]:
    """Goods of this price, after promotions, are not delivered: nobody owes it, and what was paid for it is owed back.

    What is still due is spread anew over the parts that stay. The caller holds the order, has counted the quantities
    and ended the parts.
    """
    still_owed = order.due
    order.cancelled_minor += goods.minor
    lower_outstanding(order, still_owed - order.due)
    given_back = order.refunded_minor - (order.returned_minor - order.withheld_minor)
    too_much = order.received_minor - given_back - (order.total_minor - order.cancelled_minor)
    order.save()
    spread_cash(order, at=at)
    replacement_moved(order, at=at)
    return give_back(order, Money(max(too_much, 0), order.currency), reason=Refund.Reason.CANCELLED, at=at)


@refuses(*refused_by(refund_payment))
def give_back(order: Order, amount: Money, *, reason: str, at: dt.datetime) -> list[Refund]:
    """Owe the amount to whoever paid, out of the payments of the order, newest first; the order's row is held."""
    refunds = []
    for row in order.payments.select_related("payment").order_by("-pk"):
        part = min(amount.minor, row.payment.total_minor - row.refunded_minor)
        if part <= 0:
            continue
        refund = refund_payment(
            payment=row.payment,
            amount=Money(part, order.currency),
            reason=reason,
            at=at,
            key=f"purchase:{row.pk}:{row.refunded_minor + part}",
        )
        tell_payer_of_refund(refund, at=at)
        refunds.append(refund)
        row.refunded_minor += part
        row.save(update_fields=["refunded_minor", "updated_at"])
        order.refunded_minor += part
        amount -= Money(part, order.currency)
    order.save(update_fields=["refunded_minor", "updated_at"])
    return refunds
