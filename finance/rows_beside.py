"""What belongs to a payment, from its charge to its slip: for the pages of the administration."""

import uuid
from collections.abc import Iterator
from typing import Any

from core.gateways.models import Callback, Instruction
from finance.payments.models import Payment, PaymentDecision, Receipt, Refund, Reversal
from ledger.models import Transfer, TransferKey

#: Events that are posted under the number of the payment.
EVENTS = (
    *("payment_taken", "payment_succeeded", "payment_failed", "payment_reversed", "payment_refunded", "payment"),
    "compensation_granted",
)


def rows_beside(row: Any) -> Iterator[Any]:
    """Of a payment all that belongs to it; of a transfer, an instruction or a reversal its payment."""
    if isinstance(row, Payment):
        yield from _of_payment(row)
    elif isinstance(row, Transfer):
        number = _number(row.event_id) if row.event_type in EVENTS else None
        yield from Payment.objects.filter(pk=number) if number else ()
    elif isinstance(row, Instruction):
        yield from Payment.objects.filter(pk=row.our_ref)
        yield from Reversal.objects.filter(pk=row.our_ref)
        yield from Callback.objects.filter(our_ref=str(row.our_ref)).order_by("pk")


def _of_payment(payment: Payment) -> Iterator[Any]:
    yield from _transfers_of(payment)
    reversals = list(Reversal.objects.filter(payment=payment).order_by("pk"))
    yield from Instruction.objects.filter(pk__in=[payment.pk, *(each.pk for each in reversals)]).order_by("pk")
    yield from reversals
    for model in (PaymentDecision, Refund, Receipt):
        yield from model._default_manager.filter(payment=payment).order_by("pk")


def _transfers_of(payment: Payment) -> Iterator[Transfer]:
    """By their keys, which say in which month each lies."""
    keys = TransferKey.objects.filter(event_type__in=EVENTS, event_id=str(payment.pk))
    found = dict(keys.values_list("pk", "recorded_at"))
    months = {"recorded_at__gte": min(found.values()), "recorded_at__lte": max(found.values())} if found else {}
    yield from Transfer.objects.filter(pk__in=found, **months).order_by("recorded_at", "pk")


def _number(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
