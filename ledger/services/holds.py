"""Holds: money that is promised and has not moved, until it is posted, given free or its time runs out."""

import datetime as dt
import uuid

from core.errors import refuses
from core.money import Money
from ledger.models import Account
from ledger.services.posting import SYSTEM, Leg, MadeBy, post_one, transfer_of
from ledger.services.refusals import HoldUnknown


def hold(
    *,
    debit: Account,
    credit: Account,
    amount: Money,
    event_type: str,
    event_id: str,
    reason: str,
    business_date: dt.date,
    made_by: MadeBy,
    at: dt.datetime,
    leg_no: int = 1,
    expires_at: dt.datetime | None = None,
) -> uuid.UUID:
    """Hold money: it leaves what is available, not the balance. Only float transfers have an `expires_at`.

    Raises `NotEnough`, `AccountClosed`, `EventAlreadyPosted`, `BusinessDateClosed`.
    """
    leg = Leg(debit, credit, amount, reason, kind="pending", expires_at=expires_at)
    return post_one(leg, event_type, event_id, leg_no, business_date, made_by, at)


@refuses(HoldUnknown)
def post_hold(
    *,
    pending_id: uuid.UUID,
    event_type: str,
    event_id: str,
    reason: str,
    business_date: dt.date,
    made_by: MadeBy,
    at: dt.datetime,
    leg_no: int = 1,
    amount: Money | None = None,
) -> uuid.UUID:
    """Let the held money move: all of it, or `amount`; the rest returns.

    Raises `HoldUnknown`, `HoldResolved`, `HoldDiffers`, `HoldExpired`.
    """
    leg = resolution(pending_id=pending_id, kind="post", reason=reason, amount=amount)
    return post_one(leg, event_type, event_id, leg_no, business_date, made_by, at)


@refuses(HoldUnknown)
def void_hold(
    *,
    pending_id: uuid.UUID,
    event_type: str,
    event_id: str,
    reason: str,
    business_date: dt.date,
    made_by: MadeBy,
    at: dt.datetime,
    leg_no: int = 1,
) -> uuid.UUID:
    """Give the held money free. Raises `HoldUnknown`, `HoldResolved`."""
    leg = resolution(pending_id=pending_id, kind="void", reason=reason)
    return post_one(leg, event_type, event_id, leg_no, business_date, made_by, at)


@refuses(HoldUnknown)
def expire_hold(*, pending_id: uuid.UUID, business_date: dt.date, at: dt.datetime) -> uuid.UUID:
    """Give held money free because its time has run out. Raises `HoldUnknown`, `HoldResolved`, `HoldNotExpired`."""
    leg = resolution(pending_id=pending_id, kind="expire", reason="hold_expired")
    return post_one(leg, "ledger.hold_expired", str(pending_id), 1, business_date, SYSTEM, at)


@refuses(HoldUnknown)
def resolution(*, pending_id: uuid.UUID, kind: str, reason: str, amount: Money | None = None) -> Leg:
    """The leg that ends a hold (`post`, `void`, `expire`), for a group that does more. Raises `HoldUnknown`."""
    held = transfer_of(pending_id)
    if held is None:
        raise HoldUnknown
    return Leg(held.debit, held.credit, amount or held.money, reason, kind=kind, pending_id=pending_id)
