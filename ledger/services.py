"""Moving money: the only functions that do.

Each money operation is one call of `ledger_post` (migration 0003): one statement, whole or not at all, which leaves the
caller's transaction usable when it refuses. Money and its cause belong into one transaction, so call these inside
yours, and last: the accounts stay locked until it ends.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext_lazy as _

from core.db import lock
from core.errors import Refused
from core.fields import uuid7
from core.money import Money
from ledger.kinds import KINDS
from ledger.models import Account, AuditFinding, Book, Transfer, TransferKey


class NotEnough(Refused):
    """The account would pay out more than came in (L6). `kind` says what kind of account it is."""

    code = "not_enough"
    message = _("There is not enough money on %(account)s.")


class AccountClosed(Refused):
    """A closed account takes nothing new (L10)."""

    code = "account_closed"
    message = _("The account %(account)s is closed.")


class AccountNotEmpty(Refused):
    """An account closes only when nothing is left on it (L10)."""

    code = "account_not_empty"
    message = _("The account %(account)s still holds money or owes some.")


class AccountNeverCloses(Refused):
    """Accounts of payees stay open for ever (L10)."""

    code = "account_never_closes"
    message = _("The account %(account)s belongs to a payee and never closes.")


class TransferDiffers(Refused):
    """The same id came with another content (L9)."""

    code = "transfer_differs"
    status = 422
    message = _("This posting was already made with another content. Nothing was posted.")


class EventAlreadyPosted(Refused):
    """This leg of the event was posted under another id (L11)."""

    code = "event_already_posted"
    message = _("This was already posted.")


class HoldUnknown(Refused):
    """No hold has this id."""

    code = "hold_unknown"
    message = _("There is no such hold.")


class HoldResolved(Refused):
    """The hold was already posted, voided or expired (L7)."""

    code = "hold_resolved"
    message = _("This hold has already ended.")


class HoldDiffers(Refused):
    """More than was held, or other accounts or another currency (L7)."""

    code = "hold_differs"
    status = 422
    message = _("This does not fit what was held.")


class HoldExpired(Refused):
    """A hold is not posted at or after its end (L7)."""

    code = "hold_expired"
    message = _("The time for this has run out.")


class HoldNotExpired(Refused):
    """A hold without an end, or before it, does not expire."""

    code = "hold_not_expired"
    message = _("The time for this has not run out yet.")


class AlreadyReversed(Refused):
    """A transfer is reversed at most once, and not given back in parts afterwards (L8)."""

    code = "already_reversed"
    message = _("This was already taken back.")


class AlreadyRefunded(Refused):
    """A transfer of which parts were given back is not reversed as a whole (L8)."""

    code = "already_refunded"
    message = _("A part of this was already given back, so it cannot be taken back as a whole.")


class RefundTooLarge(Refused):
    """Parts given back never exceed the transfer (L8)."""

    code = "refund_too_large"
    status = 422
    message = _("More cannot be given back than was paid.")


class TransferNotReversible(Refused):
    """Only money that has moved can be taken back, and a taking back cannot."""

    code = "transfer_not_reversible"
    message = _("This cannot be taken back.")


class ReversalDiffers(Refused):
    """A reversal has the same accounts, the other way round, and the same amount."""

    code = "reversal_differs"
    status = 422
    message = _("This does not fit what is taken back.")


class BusinessDateClosed(Refused):
    """The book is closed for this date; a correction belongs into the open period (L12)."""

    code = "business_date_closed"
    status = 422
    message = _("The books are closed for this day. The first open day is %(first_open_date)s.")


class DaysStayClosed(Refused):
    """A closed day is never opened again (L12)."""

    code = "days_stay_closed"
    message = _("The books are closed before %(first_open_date)s and stay closed.")


class ClockDiffers(Refused):
    """The recording time is not the database's: only the owner's role writes history."""

    code = "clock_differs"
    status = 422
    message = _("The time of this posting is not the time of the books.")


class FindingAlreadyCleared(Refused):
    """Somebody was faster."""

    code = "finding_already_cleared"
    message = _("Somebody has already cleared this finding.")


class ReasonMissing(Refused):
    """Who clears a finding says why."""

    code = "reason_missing"
    status = 400
    message = _("Write why this can be cleared.")


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


def book_of(country: str) -> Book:
    """The book of a country (ISO 3166, two letters)."""
    return Book.objects.get(country=country, code=country)


@transaction.atomic
def open_account(
    *,
    book: Book,
    kind: str,
    key: str,
    currency: str,
    at: dt.datetime,
    holder: uuid.UUID | None = None,
    limit: str | None = None,
) -> Account:
    """The open account `<kind>:<key>` of a book, made if it is missing. Side, limit and mode come from its kind.

    `limit` chooses where the kind leaves a choice (subsidies paid afterwards have none).
    """
    rule = KINDS[kind]
    if limit not in (None, rule.limit, rule.other_limit):
        raise ValueError(f"an account of kind {kind} has the limit {rule.limit}, not {limit}")
    same = {"book": book, "code": f"{kind}:{key}", "currency": currency, "closed_at": None}
    account = Account.objects.filter(**same).first()
    if account is None:
        fresh = Account(
            **same,
            kind=kind,
            holder=holder,
            normal_side=rule.side,
            limit=limit or rule.limit,
            mode=rule.mode,
            opened_at=at,
        )
        Account.objects.bulk_create([fresh], ignore_conflicts=True)
        account = Account.objects.get(**same)
    if account.holder != holder:
        raise ValueError(f"{account.code} has another holder: close it first")
    return account


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
    return _post_one(leg, event_type, event_id, leg_no, business_date, made_by, at)


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
    return _post_one(leg, event_type, event_id, leg_no, business_date, made_by, at)


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
    return _post_one(leg, event_type, event_id, leg_no, business_date, made_by, at)


def expire_hold(*, pending_id: uuid.UUID, business_date: dt.date, at: dt.datetime) -> uuid.UUID:
    """Give held money free because its time has run out. Raises `HoldUnknown`, `HoldResolved`, `HoldNotExpired`."""
    leg = resolution(pending_id=pending_id, kind="expire", reason="hold_expired")
    return _post_one(leg, "ledger.hold_expired", str(pending_id), 1, business_date, SYSTEM, at)


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
    return _post_one(leg, event_type, event_id, leg_no, business_date, made_by, at)


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
    return _post_one(leg, event_type, event_id, leg_no, business_date, made_by, at)


def resolution(*, pending_id: uuid.UUID, kind: str, reason: str, amount: Money | None = None) -> Leg:
    """The leg that ends a hold (`post`, `void`, `expire`), for a group that does more. Raises `HoldUnknown`."""
    held = _transfer(pending_id)
    if held is None:
        raise HoldUnknown
    return Leg(held.debit, held.credit, amount or held.money, reason, kind=kind, pending_id=pending_id)


def reversal(*, transfer_id: uuid.UUID, reason: str) -> Leg:
    """The leg that takes a transfer back whole, for a group that does more. Raises `TransferNotReversible`."""
    original = _transfer(transfer_id)
    if original is None:
        raise TransferNotReversible
    return Leg(original.credit, original.debit, original.money, reason, reversal_of=transfer_id)


def refund(*, transfer_id: uuid.UUID, amount: Money, reason: str) -> Leg:
    """The leg that gives a part back (negative: the other way), for a group. Raises `TransferNotReversible`."""
    original = _transfer(transfer_id)
    if original is None:
        raise TransferNotReversible
    leg = Leg(original.credit, original.debit, amount, reason, refund_of=transfer_id)
    return replace(leg, debit=leg.credit, credit=leg.debit, amount=-amount) if amount.minor < 0 else leg


def close_account(*, account: Account, at: dt.datetime) -> None:
    """Close an account at balance 0; closing a closed one changes nothing.

    Raises `AccountNotEmpty`, `AccountNeverCloses`.
    """
    _close(account, at)


def roll_up(*, account: Account) -> int:
    """Give the waiting entries of a queued account their versions and balances; how many there were."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_roll_up(%s)", [account.pk])
        return cursor.fetchone()[0]


def make_partitions(*, from_month: dt.date, to_month: dt.date) -> int:
    """Make the missing months of transfers; how many were made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_make_partitions(%s, %s)", [from_month, to_month])
        return cursor.fetchone()[0]


@transaction.atomic
def close_days_before(*, book: Book, date: dt.date) -> None:
    """Close every business date before `date`; waits for postings under way. Raises `DaysStayClosed`."""
    if lock(book).first_open_date > date:
        raise DaysStayClosed(first_open_date=book.first_open_date)
    book.first_open_date = date
    book.save(update_fields=["first_open_date", "updated_at"])


@transaction.atomic
def clear_finding(*, finding: AuditFinding, by: uuid.UUID, reason: str, at: dt.datetime) -> None:
    """A person has looked into a finding and takes responsibility; it stays cleared while nothing about it changes.

    Raises `FindingAlreadyCleared`, `ReasonMissing`.
    """
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if not AuditFinding.objects.filter(pk=finding.pk, cleared_at=None).update(
        cleared_by=by, cleared_at=at, cleared_reason=reason.strip()
    ):
        raise FindingAlreadyCleared


_REFUSALS: dict[str, type[Refused]] = {
    refusal.code: refusal
    for refusal in (
        NotEnough,
        AccountClosed,
        AccountNotEmpty,
        AccountNeverCloses,
        TransferDiffers,
        EventAlreadyPosted,
        HoldUnknown,
        HoldResolved,
        HoldDiffers,
        HoldExpired,
        HoldNotExpired,
        AlreadyReversed,
        AlreadyRefunded,
        RefundTooLarge,
        TransferNotReversible,
        ReversalDiffers,
        BusinessDateClosed,
        ClockDiffers,
    )
}
_ABOUT_AN_ACCOUNT = (NotEnough, AccountClosed)


def _post_one(
    leg: Leg,
    event_type: str,
    event_id: str,
    leg_no: int,
    business_date: dt.date,
    made_by: MadeBy,
    at: dt.datetime,
) -> uuid.UUID:
    return post_transfers(
        legs=[leg],
        event_type=event_type,
        event_id=event_id,
        business_date=business_date,
        made_by=made_by,
        at=at,
        first_leg_no=leg_no,
    )[0]


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
    kind = _REFUSALS[refusal["code"]]
    if kind in _ABOUT_AN_ACCOUNT:
        account = _account_among(groups, int(refusal["subject"]))
        return kind(account=account.code, kind=account.kind)
    if kind is BusinessDateClosed:
        return kind(first_open_date=refusal["subject"])
    return kind()


def _account_among(groups: Iterable[Group], pk: int) -> Account:
    accounts = (account for group in groups for leg in group.legs for account in (leg.debit, leg.credit))
    return next(account for account in accounts if account.pk == pk)


def _transfer(transfer_id: uuid.UUID) -> Transfer | None:
    """A transfer with its accounts; its key knows the month, so that one partition is read."""
    recorded_at = TransferKey.objects.filter(pk=transfer_id).values_list("recorded_at", flat=True).first()
    return (
        recorded_at
        and Transfer.objects.filter(pk=transfer_id, recorded_at=recorded_at).select_related("debit", "credit").first()
    )


def _close(account: Account, at: dt.datetime) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT ledger_close_account(%s, %s)", [account.pk, at])
    except DatabaseError as error:
        if getattr(error.__cause__, "pgcode", None) != "LEDGR":
            raise
        raise _REFUSALS[error.__cause__.diag.message_primary](account=account.code, kind=account.kind) from error
