"""Company cash that a device had kept: the villager has paid long ago, so nothing is refused."""

import datetime as dt

from django.db import transaction

from core.errors import refuses
from core.fields import uuid7
from core.history import record_change
from finance import chart
from finance.payments.models import Payment, Receipt
from finance.payments.services.fee_messages import tell_payer_of_fee
from finance.payments.services.receipts import issue_receipt
from finance.payments.services.steps import PaymentStands, publish_payment, write_payment
from finance.payments.services.taking import Order, columns_of
from finance.tills.services import note_cash, take_late_cash
from stations.accounts.models import Device, User


@refuses(PaymentStands)
@transaction.atomic
def take_stored_payment(
    *, order: Order, device: Device, made_at: dt.datetime, by: User, at: dt.datetime, key: str
) -> Payment:
    """Take a payment that a device kept without a network: till -> customer_funds, or over_short where it was counted.

    Never refused for the day or the ceiling. `made_at` is the device's own clock: kept as a claim, believed by
    `take_late_cash` within limits; the days of the books are those of `at`.
    """
    station, our_ref = order.station, uuid7()
    payment = write_payment(
        Payment(
            **columns_of(order, Payment.Funding.TILL, by=by, at=at, key=key),
            made_at=made_at,
            our_ref=our_ref,
            status=Payment.Status.SUCCEEDED,
            finished_at=at,
        )
    )
    note_cash(person=order.payer, station=station, amount=order.cash, at=at)
    funds = chart.open_one(
        chart.customer_funds(station), country=station.county.country, currency=order.total.currency, at=at
    )
    take_late_cash(
        station=station,
        amount=order.total,
        into=funds,
        subject=str(our_ref),
        device=device,
        made_at=made_at,
        by=by,
        at=at,
    )
    record_change(payment, old="", new=payment.status, at=at, actor=by.pk, key=key[-64:])
    receipt = issue_receipt(payment=payment, kind=Receipt.Kind.FINAL, trade_lines=order.slip_lines, at=at)
    tell_payer_of_fee(payment=payment, receipt=receipt, at=at)
    publish_payment(payment, "finance.payment_succeeded", at=at)
    return payment
