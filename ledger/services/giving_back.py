"""Giving back: a transfer is taken back whole, or in parts."""

import datetime as dt
import uuid
from dataclasses import replace

from core.errors import refuses
from core.money import Money
from ledger.services.posting import Leg, MadeBy, post_one, transfer_of
from ledger.services.refusals import TransferNotReversible


@refuses(TransferNotReversible)
def reverse_transfer(
    *,
    transfer_id: uuid.UUID,
    event_type: str,
    event_id: str,
    reason: str,
    business_date: dt.date,
    made_by: MadeBy,
    at: dt.datetime,
    leg_no: int = 1,
) -> uuid.UUID:
    """Take a transfer back whole. Raises `AlreadyReversed`, `AlreadyRefunded`, `TransferNotReversible`, `NotEnough`."""
    leg = reversal(transfer_id=transfer_id, reason=reason)
    return post_one(leg, event_type, event_id, leg_no, business_date, made_by, at)


@refuses(TransferNotReversible)
def refund_transfer(
    *,
    transfer_id: uuid.UUID,
    amount: Money,
    event_type: str,
    event_id: str,
    reason: str,
    business_date: dt.date,
    made_by: MadeBy,
    at: dt.datetime,
    leg_no: int = 1,
) -> uuid.UUID:
    """Give a part of a transfer back; a negative amount is posted the other way (the cent of the leg taking the rest).

    Raises `RefundTooLarge`, `AlreadyReversed`, `TransferNotReversible`, `NotEnough`.
    """
    leg = refund(transfer_id=transfer_id, amount=amount, reason=reason)
    return post_one(leg, event_type, event_id, leg_no, business_date, made_by, at)


@refuses(TransferNotReversible)
def reversal(*, transfer_id: uuid.UUID, reason: str) -> Leg:
    """The leg that takes a transfer back whole, for a group that does more. Raises `TransferNotReversible`."""
    original = transfer_of(transfer_id)
    if original is None:
        raise TransferNotReversible
    return Leg(original.credit, original.debit, original.money, reason, reversal_of=transfer_id)


@refuses(TransferNotReversible)
def refund(*, transfer_id: uuid.UUID, amount: Money, reason: str) -> Leg:
    """The leg that gives a part back (negative: the other way), for a group. Raises `TransferNotReversible`."""
    original = transfer_of(transfer_id)
    if original is None:
        raise TransferNotReversible
    leg = Leg(original.credit, original.debit, amount, reason, refund_of=transfer_id)
    return replace(leg, debit=leg.credit, credit=leg.debit, amount=-amount) if amount.minor < 0 else leg
