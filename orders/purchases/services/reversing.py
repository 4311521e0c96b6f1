"""What becomes of an order when the payer's bank takes a payment by link back."""

import datetime as dt

from django.db import transaction

from core.database.db import lock_all, present
from finance.payments.models import Payment
from finance.payments.services import was_taken_back
from orders.purchases.models import Order, OrderPayment, PaymentLink
from orders.purchases.services.agreeing import PAID_WITHIN
from orders.purchases.services.cash_rules import raise_again
from orders.purchases.services.covering import settle_cover
from orders.purchases.services.link_steps import end_link, held_link
from orders.purchases.services.paying import spread_cash
from orders.purchases.services.starting import expire_later
from orders.purchases.services.steps import held

_S = PaymentLink.Status


def held_as_paid(order: Order, *, at: dt.datetime) -> Order:
    """The order, held, without a payment by link that its bank has taken back: the event of it may be on its way.

    Whoever hands goods over or gives money back begins with it. The payments by link are held, too: what is taken back
    from now on finds what was done here.
    """
    order = held(order)
    if not order.received_minor:
        return order
    rows = Payment.objects.filter(payment_link__order=order, payment_link__status=_S.PAID)
    taken_back = [payment for payment in lock_all(rows) if was_taken_back(payment)]
    for payment in taken_back:
        note_reversed(link=payment.payment_link, at=at)
    return held(order) if taken_back else order


@transaction.atomic
def note_reversed(*, link: PaymentLink, at: dt.datetime) -> PaymentLink:
    """The gateway has taken the money back: it is owed again, at the hand-over where the goods are on their way.

    An order that nobody has picked ends without it. For what was cancelled or returned nothing is owed again. What was
    handed over is a debt, for which the platform puts in the money until it is paid.
    """
    order = held(link.order)
    link = held_link(link)
    payment = present(link.payment)
    if link.status != _S.PAID or not was_taken_back(payment):
        return link
    row = OrderPayment.objects.get(payment=payment)
    # What a return gave back stands for goods that are back here; what a cancellation gave back was never due.
    for_cancelled = order.refunded_minor - (order.returned_minor - order.withheld_minor)
    for_returned = row.refunded_minor - min(max(for_cancelled, 0), row.refunded_minor)
    order.refunded_minor -= row.refunded_minor - for_returned
    row.refunded_minor = payment.total_minor  # nothing of it can be given back any more
    row.save(update_fields=["refunded_minor", "updated_at"])
    end_link(link, _S.REVERSED, at=at)
    was_due = order.due
    order.received_minor -= payment.total_minor - for_returned
    raise_again(order, order.due - was_due)
    untouched = order.fulfilments.are_untouched()
    if order.status == Order.Status.PLACED and untouched and order.advance_due:
        order.expires_at = at + PAID_WITHIN
    order.save(update_fields=["received_minor", "refunded_minor", "expires_at", "updated_at"])
    settle_cover(order, event=f"{payment.pk}:reversed", at=at)
    spread_cash(order, at=at)
    expire_later(order)
    return link
