"""Posting: every operation with money is one call of `ledger_post`, one statement, whole or not at all."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import connection

from core.errors import Refused
from core.fields import uuid7
from core.money import Money
from ledger.models import Account, Transfer, TransferKey
from ledger.services.refusals import REFUSALS, AccountClosed, BusinessDateClosed, NotEnough

_ABOUT_AN_ACCOUNT = (NotEnough, AccountClosed)


@dataclass(frozen=True, slots=True)
class MadeBy:
    """Who or what made a transfer: `person`, `system`, `provider` or `staff`; the first and last are named."""

    kind: str
    id: uuid.UUID | None = None


SYSTEM = MadeBy("system")


@dataclass(frozen=True, slots=True)
class Leg:
    """One transfer of a group: `amount` from the `debit` account to the `credit` account.

    `kind` is `posted`, `pending` (a hold), or `post`, `void`, `expire` of the hold `pending_id`. `reversal_of` takes a
    whole transfer back, `refund_of` a part of it. Sent again with the same `id` it is the same transfer.
    """

    debit: Account
    credit: Account
    amount: Money
    reason: str
    kind: str = "posted"
    id: uuid.UUID = field(default_factory=uuid7)
    pending_id: uuid.UUID | None = None
    reversal_of: uuid.UUID | None = None
    refund_of: uuid.UUID | None = None
    expires_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The legs of one business event, for `post_groups`."""

    legs: Sequence[Leg]
    event_type: str
    event_id: str
    business_date: dt.date
    made_by: MadeBy
    first_leg_no: int = 1


def post_transfers(
    *,
    legs: Sequence[Leg],
    event_type: str,
    event_id: str,
    business_date: dt.date,
    made_by: MadeBy,
    at: dt.datetime,
    first_leg_no: int = 1,
) -> list[uuid.UUID]:
    """Post one group of transfers, whole or not at all: limits hold on its net effect. One round trip.

    The legs are numbered from `first_leg_no`; (event_type, event_id, leg number) is unique for ever. `at` is when the
    cause happened; the database's clock is recorded. The same group sent again changes nothing.

    Raises `NotEnough`, `AccountClosed`, `TransferDiffers`, `EventAlreadyPosted`, `BusinessDateClosed`, and for legs
    that end holds or take back: `HoldUnknown`, `HoldResolved`, `HoldDiffers`, `HoldExpired`, `HoldNotExpired`,
    `AlreadyReversed`, `AlreadyRefunded`, `RefundTooLarge`, `TransferNotReversible`, `ReversalDiffers`.
    """
    group = Group(legs, event_type, str(event_id), business_date, made_by, first_leg_no)
    return post_groups(groups=[group], at=at)


def post_groups(*, groups: Iterable[Group], at: dt.datetime) -> list[uuid.UUID]:
    """Post many groups in one INSERT, for batches: whole or not at all. Limits hold on the net effect of all of them.

    Raises what `post_transfers` raises.
    """
    groups = list(groups)
    rows = [row for group in groups for row in _rows(group, at)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_post(%s)", [orjson.dumps(rows).decode()])
        refusal = cursor.fetchone()[0]
    if refusal is not None:
        raise _refusal(_decoded(refusal), groups)
    return [leg.id for group in groups for leg in group.legs]


def post_one(
    leg: Leg,
    event_type: str,
    event_id: str,
    leg_no: int,
    business_date: dt.date,
    made_by: MadeBy,
    at: dt.datetime,
) -> uuid.UUID:
    """Post a group of one leg. Raises what `post_transfers` raises."""
    return post_transfers(
        legs=[leg],
        event_type=event_type,
        event_id=event_id,
        business_date=business_date,
        made_by=made_by,
        at=at,
        first_leg_no=leg_no,
    )[0]


def transfer_of(transfer_id: uuid.UUID) -> Transfer | None:
    """A transfer with its accounts; its key knows the month, so that one partition is read."""
    recorded_at = TransferKey.objects.filter(pk=transfer_id).values_list("recorded_at", flat=True).first()
    if recorded_at is None:
        return None
    return Transfer.objects.filter(pk=transfer_id, recorded_at=recorded_at).select_related("debit", "credit").first()


def _rows(group: Group, at: dt.datetime) -> list[dict[str, Any]]:
    common = {
        "event_type": group.event_type,
        "event_id": group.event_id,
        "group_id": group.legs[0].id,
        "business_date": group.business_date,
        "effective_at": at,
        "made_by_kind": group.made_by.kind,
        "made_by": group.made_by.id,
    }
    return [_row(leg, leg_no, common) for leg_no, leg in enumerate(group.legs, group.first_leg_no)]


def _row(leg: Leg, leg_no: int, common: dict[str, Any]) -> dict[str, Any]:
    _refuse_a_bug(leg)
    row = {
        **common,
        "id": leg.id,
        "kind": leg.kind,
        "book": leg.debit.book_id,
        "debit": leg.debit.pk,
        "credit": leg.credit.pk,
        "currency": leg.amount.currency,
        "amount": leg.amount.minor,
        "pending_id": leg.pending_id,
        "reversal_of": leg.reversal_of,
        "refund_of": leg.refund_of,
        "expires_at": leg.expires_at,
        "leg_no": leg_no,
        "reason": leg.reason,
    }
    return {name: value for name, value in row.items() if value is not None}  # the database reads less


def _refuse_a_bug(leg: Leg) -> None:
    """Say early and in words what the database would refuse too (L2, L3)."""
    if leg.amount.minor <= 0:
        raise ValueError(f"amounts are positive, not {leg.amount}")
    if leg.debit.pk == leg.credit.pk:
        raise ValueError(f"{leg.debit.code} cannot pay itself")
    if {leg.debit.currency, leg.credit.currency} != {leg.amount.currency}:
        raise ValueError(f"{leg.debit.code} and {leg.credit.code} do not both hold {leg.amount.currency}")
    if leg.debit.book_id != leg.credit.book_id:
        raise ValueError(f"{leg.debit.code} and {leg.credit.code} are in two books")


def _decoded(refusal: Any) -> dict[str, Any]:
    return orjson.loads(refusal) if isinstance(refusal, str) else refusal


def _refusal(refusal: dict[str, Any], groups: Iterable[Group]) -> Refused:
    kind = REFUSALS[refusal["code"]]
    if kind in _ABOUT_AN_ACCOUNT:
        account = _account_among(groups, int(refusal["subject"]))
        return kind(account=account.code, kind=account.kind)
    if kind is BusinessDateClosed:
        return kind(first_open_date=refusal["subject"])
    return kind()


def _account_among(groups: Iterable[Group], pk: int) -> Account:
    accounts = (account for group in groups for leg in group.legs for account in (leg.debit, leg.credit))
    return next(account for account in accounts if account.pk == pk)
