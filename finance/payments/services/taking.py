"""A payment that nobody has to execute: company cash, or money owed back, done at once."""

import datetime as dt

from core.database.db import atomic_step
from core.errors import refused_by, refuses
from core.fields import uuid7
from finance.payments.models import Payment, Receipt
from finance.payments.services.charges import Charge, post_taken, refuse_amount, write_charge
from finance.payments.services.fee_messages import tell_payer_of_fee
from finance.payments.services.funding import Funding, owed, till
from finance.payments.services.receipts import issue_receipt
from finance.payments.services.refunds import spend_refund
from finance.payments.services.steps import publish_payment
from finance.tills.services import note_cash
from stations.accounts.models import User


@refuses(*refused_by(refuse_amount, till.legs, write_charge))
@atomic_step
def take_payment(*, charge: Charge, by: User, at: dt.datetime, key: str) -> Payment:
    """Take money for something that no provider executes: till -> customer_funds, done at once.

    Money owed back pays for it too; it moves to this station first. A loan's instalment is taken above the ceiling as
    well, and the county is told.
    """
    refuse_amount(charge)
    funding: Funding = owed if charge.refund else till
    our_ref, legs = uuid7(), funding.legs(charge, hold_for=None, at=at)
    payment = write_charge(
        charge,
        funding=funding.CODE,
        status=Payment.Status.SUCCEEDED,
        our_ref=our_ref,
        by=by,
        at=at,
        key=key,
        finished_at=at,
    )
    note_cash(person=charge.payer, station=charge.station, amount=charge.cash, at=at)
    if legs:
        post_taken(legs, charge, our_ref=our_ref, by=by, at=at)
    receipt = issue_receipt(payment=payment, kind=Receipt.Kind.FINAL, trade_lines=charge.slip_lines, at=at)
    if charge.refund:
        spend_refund(refund=charge.refund, payment=payment, by=by, at=at)
    tell_payer_of_fee(payment=payment, receipt=receipt, at=at)
    publish_payment(payment, "finance.payment_succeeded", at=at)
    return payment
