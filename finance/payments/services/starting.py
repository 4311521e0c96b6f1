"""A payment that a provider executes: the money is taken and held, and a worker sends the instruction."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from core.database.compiled_queries import compiled_query
from core.database.db import atomic_step, update_fields
from core.days import day_in
from core.errors import refused_by, refuses
from core.fields import uuid7
from core.gateways.models import Instruction, Provider
from core.gateways.services import due_at, ensure_up, instruct, name_cutoff
from core.history import record_change
from finance import chart
from finance.floats.models import StationMoney
from finance.floats.queries import money_rules
from finance.floats.services import FloatTooSmall
from finance.payments.machine import PAYMENT
from finance.payments.models import Payment, Receipt
from finance.payments.services.charges import Charge, post_taken, refuse_amount, write_charge
from finance.payments.services.funding import Funding, owed, prepaid, till
from finance.payments.services.receipts import issue_receipt
from finance.payments.services.refunds import spend_refund
from finance.tills.services import note_cash
from ledger.services import NotEnough
from stations.accounts.models import User

AFTER_THE_FILE = AFTER_THE_CUTOFF = dt.timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderCall:
    """What a provider is asked to do: the body of docs/providers.md, without `our_ref`."""

    provider: Provider
    kind: str
    path: str
    request: dict[str, Any]


@refuses(FloatTooSmall, *refused_by(refuse_amount, ensure_up, till.legs, prepaid.legs, write_charge))
@atomic_step
def start_payment(*, charge: Charge, call: ProviderCall, by: User, at: dt.datetime, key: str) -> Payment:
    """Take the money, set it aside for the provider, and write down what the provider shall do. Nothing is called here;
    a worker sends the instruction.
    """
    refuse_amount(charge)
    ensure_up(call.provider, at)
    funding, our_ref = _funding(charge, at=at), uuid7()
    legs = funding.legs(charge, hold_for=chart.clearing(call.provider), at=at)
    try:
        hold = post_taken(legs, charge, our_ref=our_ref, by=by, at=at)[-1]
    except NotEnough as refusal:
        raise funding.explain(charge, refusal, account=legs[-1].debit, at=at) from refusal
    payment = write_charge(
        charge,
        funding=funding.CODE,
        status=Payment.Status.HELD,
        our_ref=our_ref,
        by=by,
        at=at,
        key=key,
        hold_transfer_id=hold,
    )
    note_cash(person=charge.payer, station=charge.station, amount=charge.cash, at=at)
    issue_receipt(payment=payment, kind=Receipt.Kind.IN_PROGRESS, trade_lines=charge.slip_lines, at=at)
    if charge.refund:
        spend_refund(refund=charge.refund, payment=payment, by=by, at=at)
    instruct(provider=call.provider, kind=call.kind, path=call.path, request=call.request, our_ref=our_ref, at=at)
    return payment


def _funding(charge: Charge, *, at: dt.datetime) -> Funding:
    """As the station works: from the partner's float where it is prepaid, unless it is owed back or essential."""
    if charge.refund:
        return owed
    rules = money_rules(charge.station, on=day_in(charge.station.zone, at))
    return till if charge.is_essential or rules.mode == StationMoney.Mode.POSTPAID else prepaid


def submit_payment(*, instruction: Instruction, at: dt.datetime) -> None:
    """Mark that the call is about to be made; in the transaction that marks the instruction as sent."""
    payment = _row.get(instruction.our_ref)
    if not PAYMENT.allows("submit_payment", payment.status):
        return  # a callback overtook us, or this is a second try under the same reference
    payment.status, payment.submitted_at = Payment.Status.SUBMITTED, at
    if instruction.kind != Instruction.Kind.BILL:
        payment.cutoff_at = cutoff_of(at)
        name_cutoff(instruction=instruction, cutoff_at=payment.cutoff_at)
    payment.deadline_at = _decided_by(payment, instruction.provider, at)
    update_fields(payment, "status", "submitted_at", "cutoff_at", "deadline_at")
    record_change(payment, old=Payment.Status.HELD, new=payment.status, at=at)


@compiled_query
def _row(our_ref: Any) -> QuerySet[Payment]:
    return Payment.objects.select_for_update(no_key=True).filter(pk=our_ref)


def cutoff_of(sent_at: dt.datetime) -> dt.datetime:
    """When a company can no longer execute what it has not received; bills wait for the file of their day instead."""
    return sent_at + dt.timedelta(seconds=settings.ECOMNET_CUTOFF_AFTER)


def _decided_by(payment: Payment, provider: Provider, at: dt.datetime) -> dt.datetime:
    """When the end is known, as a rule: half an hour after cut-off and daily file; a day later where there is none."""
    file_at = due_at(provider, day_in(provider.time_zone, at))
    if payment.cutoff_at:
        return max(payment.cutoff_at, file_at or payment.cutoff_at) + AFTER_THE_CUTOFF
    return file_at + AFTER_THE_FILE if file_at else at + dt.timedelta(days=1)
