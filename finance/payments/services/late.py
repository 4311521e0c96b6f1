"""Company cash that a device had kept: the villager has paid long ago, so nothing is refused."""

import datetime as dt

from django.db import transaction

from core.errors import refused_by, refuses
from core.fields import uuid7
from finance import chart
from finance.payments.models import Payment, Receipt
from finance.payments.services.charges import Charge, write_charge
from finance.payments.services.fee_messages import tell_payer_of_fee
from finance.payments.services.receipts import issue_receipt
from finance.payments.services.steps import publish_payment
from finance.tills.services import note_cash, take_late_cash
from stations.accounts.models import Device, User


@refuses(*refused_by(write_charge))
@transaction.atomic
def take_stored_payment(
    *, charge: Charge, device: Device, made_at: dt.datetime, by: User, at: dt.datetime, key: str
) -> Payment:
    """Take a payment that a device kept without a network: till -> customer_funds, or over_short where it was counted.

    Never refused for the day or the ceiling. `made_at` is the device's own clock: kept as a claim, believed by
    `take_late_cash` within limits; the days of the books are those of `at`.
    """
    station, our_ref = charge.station, uuid7()
    payment = write_charge(
        charge,
        funding=Payment.Funding.TILL,
        status=Payment.Status.SUCCEEDED,
        our_ref=our_ref,
        by=by,
        at=at,
        key=key,
        made_at=made_at,
        finished_at=at,
    )
    note_cash(person=charge.payer, station=station, amount=charge.cash, at=at)
    funds = chart.open_one(
        chart.customer_funds(station), country=station.county.country, currency=charge.total.currency, at=at
    )
    take_late_cash(
        station=station,
        amount=charge.total,
        into=funds,
        subject=str(our_ref),
        device=device,
        made_at=made_at,
        by=by,
        at=at,
    )
    receipt = issue_receipt(payment=payment, kind=Receipt.Kind.FINAL, trade_lines=charge.slip_lines, at=at)
    tell_payer_of_fee(payment=payment, receipt=receipt, at=at)
    publish_payment(payment, "finance.payment_succeeded", at=at)
    return payment
