"""What the apps above owe to suppliers, farmers, carriers, tutors and guides: a line and its posting, together.

A line and its transfer have one id, so that the ledger itself refuses to give back more than was accrued.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.database.many_rows import insert_rows
from core.errors import Refused, refused_by, refuses
from core.fields import uuid7
from core.money import Money
from finance import chart
from finance.fees.models import PayableLine
from ledger.kinds import PAYEE_KINDS
from ledger.models import Account
from ledger.queries import business_date_of
from ledger.services import SYSTEM, Group, Leg, NotEnough, post_groups, post_transfers, refund
from stations.network.models import Station

ACCRUED, REVERSED, CHARGED = "payable_accrued", "payable_reversed", "payable_charged"


class AccountEarnsNothing(Refused):
    """Only those who work with us earn: accounts of commission, suppliers, farmers and carriers."""

    code = "account_earns_nothing"
    status = 422
    message = _("%(account)s is not an earnings account.")


class NothingToAccrue(Refused):
    """A payable line is of an amount above nothing."""

    code = "nothing_to_accrue"
    status = 422
    message = _("There is nothing to refund here.")


class AccruedOtherwise(Refused):
    """The same event was accrued on this account before, with another amount or from another account."""

    code = "accrued_otherwise"
    status = 422
    message = _("This was accrued before with a different amount. Nothing was posted.")


class ReversalTooLarge(Refused):
    """More cannot be taken back than the line brought."""

    code = "reversal_too_large"
    status = 422
    message = _("This line has %(left)s left. No more can be reversed.")


@refuses(AccountEarnsNothing, NothingToAccrue, AccruedOtherwise)
@transaction.atomic
def accrue_payable(
    *,
    event_type: str,
    event_id: str,
    account: Account,
    amount: Money,
    source: Account,
    eligible_at: dt.datetime,
    explanation: dict[str, Any],
    at: dt.datetime,
    station: Station | None = None,
) -> PayableLine:
    """Owe a payee for an event: source -> account now, paid with the period in which `eligible_at` lies.

    An empty subsidy is stood in for by expense, and the line is `unfunded`. Once per event and account: said again it
    answers as before.
    """
    if account.kind not in PAYEE_KINDS:
        raise AccountEarnsNothing(account=account.code)
    if amount.minor <= 0:
        raise NothingToAccrue(field="amount")
    line = PayableLine(
        id=uuid7(),
        event_type=event_type,
        event_id=str(event_id),
        account=account,
        source=source,
        station=station,
        amount_minor=amount.minor,
        currency=amount.currency,
        accrued_at=at,
        eligible_at=max(eligible_at, at),
        explanation=explanation,
    )
    lock(account)
    known = _accrued_before(line)
    if known is not None:
        return known
    try:
        _post_accrual(line, source, at)
    except NotEnough:
        if source.kind != "subsidy":
            raise
        line.source, line.unfunded = _expense(account, at), True
        _post_accrual(line, line.source, at)
    line.save(force_insert=True)
    return line


@dataclass(frozen=True, slots=True)
class Accrual:
    """What a payee is owed for one event: the same as the arguments of `accrue_payable`."""

    event_id: str
    account: Account
    amount: Money
    source: Account
    station: Station | None
    explanation: dict[str, Any]


@refuses(AccountEarnsNothing, NothingToAccrue, AccruedOtherwise)
@transaction.atomic
def accrue_payables(
    *, event_type: str, accruals: Sequence[Accrual], eligible_at: dt.datetime, at: dt.datetime
) -> list[PayableLine]:
    """Owe many payees something in a few statements: the same as `accrue_payable` for each of them, for batches.

    No source is a subsidy. Accounts are held in the order of their ids. What was accrued before is left out of the
    answer. Refused: `account_earns_nothing`, `nothing_to_accrue`, `accrued_otherwise`, and nothing is written.
    """
    if not accruals:
        return []
    for each in accruals:
        if each.account.kind not in PAYEE_KINDS:
            raise AccountEarnsNothing(account=each.account.code)
    if any(each.amount.minor <= 0 for each in accruals):
        raise NothingToAccrue(field="amount")
    hold_payees(each.account for each in accruals)
    lines = [_line_of(event_type, each, eligible_at=eligible_at, at=at) for each in accruals]
    known = _known_among(lines)
    fresh = [line for line in lines if (line.event_id, line.account_id) not in known]
    books = {line.account.book_id: line.account for line in fresh}
    dates = {pk: business_date_of(account.book, at) for pk, account in books.items()}
    post_groups(groups=[_group_of(line, dates[line.account.book_id]) for line in fresh], at=at)
    insert_rows(fresh)
    return fresh


def hold_payees(accounts: Iterable[Account]) -> None:
    """Hold accounts in the order of their ids until the transaction ends; nobody reads them.

    For a transaction that accrues several times: who owes some of the same payees waits here, and never in a circle.
    """
    rows = Account.objects.filter(pk__in={each.pk for each in accounts}).order_by("pk").select_for_update(no_key=True)
    list(rows.values_list("pk"))


def _line_of(event_type: str, accrual: Accrual, *, eligible_at: dt.datetime, at: dt.datetime) -> PayableLine:
    return PayableLine(
        id=uuid7(),
        event_type=event_type,
        event_id=accrual.event_id,
        account=accrual.account,
        source=accrual.source,
        station=accrual.station,
        amount_minor=accrual.amount.minor,
        currency=accrual.amount.currency,
        accrued_at=at,
        eligible_at=max(eligible_at, at),
        explanation=accrual.explanation,
    )


def _known_among(lines: Sequence[PayableLine]) -> set[tuple[str, int]]:
    """Which of these events stand already. Raises `AccruedOtherwise`."""
    amounts = {(line.event_id, line.account_id): line.amount_minor for line in lines}
    rows = PayableLine.objects.filter(
        event_type__in={line.event_type for line in lines},
        event_id__in={line.event_id for line in lines},
        reverses=None,
    )
    values = rows.values_list("event_id", "account", "amount_minor")
    known = {(event, account): minor for event, account, minor in values}
    if any(amounts.get(key, minor) != minor for key, minor in known.items()):
        raise AccruedOtherwise
    return set(known)


def _group_of(line: PayableLine, business_date: dt.date) -> Group:
    amount = Money(line.amount_minor, line.currency)
    leg = Leg(present(line.source), line.account, amount, "payable accrued", id=line.pk)
    return Group([leg], ACCRUED, str(line.pk), business_date, SYSTEM)


@refuses(AccountEarnsNothing, NothingToAccrue, AccruedOtherwise)
@transaction.atomic
def charge_payable(
    *,
    event_type: str,
    event_id: str,
    account: Account,
    amount: Money,
    target: Account,
    explanation: dict[str, Any],
    at: dt.datetime,
    station: Station | None = None,
) -> PayableLine:
    """Charge a payee for an event: account -> target, as a line below nothing that is netted with what is earned.

    Once per event and account: said again it answers as before. Refused: `account_earns_nothing`,
    `nothing_to_accrue`, `accrued_otherwise`.
    """
    if account.kind not in PAYEE_KINDS:
        raise AccountEarnsNothing(account=account.code)
    if amount.minor <= 0:
        raise NothingToAccrue(field="amount")
    line = PayableLine(
        id=uuid7(),
        event_type=event_type,
        event_id=str(event_id),
        account=account,
        source=target,
        station=station,
        amount_minor=-amount.minor,
        currency=amount.currency,
        accrued_at=at,
        eligible_at=at,
        explanation=explanation,
    )
    lock(account)
    known = _accrued_before(line)
    if known is not None:
        return known
    _post(Leg(account, target, amount, "payee charged", id=line.pk), CHARGED, account, at)
    line.save(force_insert=True)
    return line


@refuses(AccruedOtherwise, ReversalTooLarge, *refused_by(refund))
@transaction.atomic
def reverse_payable(*, line: PayableLine, amount: Money, at: dt.datetime, key: str) -> PayableLine:
    """Take a part or all of a line back: account -> its source, as a new line. The same key changes nothing.

    The account may fall below nothing; it is netted with what is earned next. What takes a waiting line back waits
    with it. Refused: `reversal_too_large`,
    `accrued_otherwise` (the key with another amount).
    """
    pk = _reversal_id(line, key)
    account = lock(line.account)
    known = PayableLine.objects.filter(pk=pk).first()
    if known is not None:
        if known.amount_minor != -amount.minor:
            raise AccruedOtherwise
        return known
    _refuse_more_than_left(line, amount)
    back = PayableLine(
        id=pk,
        event_type=line.event_type,
        event_id=line.event_id,
        account=account,
        source_id=line.source_id,
        station_id=line.station_id,
        amount_minor=-amount.minor,
        currency=line.currency,
        accrued_at=at,
        eligible_at=max(at, line.eligible_at),
        reverses=line,
        unfunded=line.unfunded,
        explanation={"kind": "reversed", "of": line.amount_minor},
    )
    leg = refund(transfer_id=line.pk, amount=amount, reason="payable taken back")
    _post(replace(leg, id=pk), REVERSED, account, at)
    back.save(force_insert=True)
    return back


def reversal_of(*, line: PayableLine, key: str) -> PayableLine | None:
    """The line that took a part of this one back under this key."""
    return PayableLine.objects.filter(pk=_reversal_id(line, key)).first()


def _reversal_id(line: PayableLine, key: str) -> uuid.UUID:
    return uuid.uuid5(line.pk, key)


def _accrued_before(line: PayableLine) -> PayableLine | None:
    """The line that stands for the same event and account. Raises `AccruedOtherwise`."""
    known = PayableLine.objects.filter(
        event_type=line.event_type, event_id=line.event_id, account_id=line.account_id, reverses=None
    ).first()
    if known is not None and known.amount_minor != line.amount_minor:
        raise AccruedOtherwise
    return known


def _refuse_more_than_left(line: PayableLine, amount: Money) -> None:
    back = PayableLine.objects.filter(reverses=line).aggregate(minor=Sum("amount_minor"))["minor"] or 0
    left = Money(line.amount_minor + back, line.currency)
    if not 0 < amount.minor <= left.minor:
        raise ReversalTooLarge(left=str(left))


def _post_accrual(line: PayableLine, source: Account, at: dt.datetime) -> None:
    amount = Money(line.amount_minor, line.currency)
    _post(Leg(source, line.account, amount, "payable accrued", id=line.pk), ACCRUED, line.account, at)


def _post(leg: Leg, event_type: str, account: Account, at: dt.datetime) -> None:
    post_transfers(
        legs=[leg],
        event_type=event_type,
        event_id=str(leg.id),
        business_date=business_date_of(account.book, at),
        made_by=SYSTEM,
        at=at,
    )


def _expense(account: Account, at: dt.datetime) -> Account:
    return chart.open_one(chart.platform("expense"), country=account.book.country, currency=account.currency, at=at)
