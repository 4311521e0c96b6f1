"""What accounts hold and held."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core.database.compiled_queries import compiled_query
from core.days import day_in, instant_of
from core.money import Money
from ledger.models import (
    Account,
    AccountStatement,
    AuditFinding,
    AuditRun,
    Book,
    Entry,
    QueuedEntry,
    Transfer,
    TransferKey,
)

_READ_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Balance:
    """`posted` on the normal side; `available` is less pending outflow; `version` of the newest entry counted."""

    posted: Money
    available: Money
    version: int


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of an account: what happened, by whom, and the balance afterwards.

    `amount` is what the line added to the posted balance, `held` what it added to pending outflow; both signed.
    """

    version: int
    at: dt.datetime
    transfer_id: uuid.UUID
    side: str
    amount: Money
    held: Money
    balance: Money
    available: Money
    kind: str
    reason: str
    event_type: str
    event_id: str
    made_by_kind: str
    made_by: uuid.UUID | None
    business_date: dt.date
    other_account: str


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One account in a trial balance: posted debits and credits, in minor units, and the balance on its side."""

    account_id: int
    code: str
    kind: str
    currency: str
    debits: int
    credits: int
    balance: Money


@dataclass(frozen=True, slots=True)
class TrialTotal:
    """All accounts of one kind and currency in a trial balance, in minor units, and their balance on their side."""

    kind: str
    currency: str
    accounts: int
    debits: int
    credits: int
    balance: Money

    @property
    def difference(self) -> int:
        """Debits less credits, minor units: per currency these add up to nothing (L4)."""
        return self.debits - self.credits


# Counters and the queue in one statement, so in one snapshot: a roll-up in between moves nothing.
_BALANCE = """
SELECT account.debits_posted + coalesce(queue.debits_posted, 0),
       account.credits_posted + coalesce(queue.credits_posted, 0),
       account.debits_pending + coalesce(queue.debits_pending, 0),
       account.credits_pending + coalesce(queue.credits_pending, 0), account.version
  FROM ledger_account AS account
  LEFT JOIN LATERAL (
    SELECT sum(posted_delta) FILTER (WHERE side = 'debit') AS debits_posted,
           sum(posted_delta) FILTER (WHERE side = 'credit') AS credits_posted,
           sum(pending_delta) FILTER (WHERE side = 'debit') AS debits_pending,
           sum(pending_delta) FILTER (WHERE side = 'credit') AS credits_pending
      FROM ledger_queuedentry WHERE account_id = account.id
  ) AS queue ON account.mode = 'queued'
 WHERE account.id = %s
"""

_ENTRIES = """
SELECT entry.version, entry.entered_at, entry.transfer_id, entry.side,
       CASE WHEN entry.side = account.normal_side THEN entry.posted_delta ELSE -entry.posted_delta END,
       CASE WHEN entry.side = account.normal_side THEN 0 ELSE entry.pending_delta END,
       entry.posted_after, entry.posted_after - entry.pending_after,
       transfer.kind, transfer.reason, transfer.event_type, transfer.event_id, transfer.made_by_kind, transfer.made_by,
       transfer.business_date, other.code
  FROM (SELECT * FROM ledger_entry WHERE account_id = %(account)s AND version < %(before)s
         ORDER BY version DESC LIMIT %(limit)s) AS entry
  JOIN ledger_account AS account ON account.id = entry.account_id
  JOIN ledger_transferkey AS key ON key.id = entry.transfer_id
  JOIN ledger_transfer AS transfer ON transfer.id = key.id AND transfer.recorded_at = key.recorded_at
  JOIN ledger_account AS other
    ON other.id = CASE entry.side WHEN 'debit' THEN transfer.credit_id ELSE transfer.debit_id END
 ORDER BY entry.version DESC
"""

# Everything now, less what belongs to later days, of the accounts that `chosen` selects.
_TRIAL_LINES = """
WITH chosen AS MATERIALIZED ({chosen}), later AS (
    SELECT side.account_id, sum(side.debit) AS debits, sum(side.credit) AS credits
      FROM ledger_transfer AS transfer
     CROSS JOIN LATERAL (VALUES (transfer.debit_id, transfer.amount, 0), (transfer.credit_id, 0, transfer.amount))
           AS side (account_id, debit, credit)
      JOIN chosen ON chosen.id = side.account_id
     WHERE transfer.book_id = %(book)s AND transfer.business_date > %(date)s AND transfer.kind IN ('posted', 'post')
     GROUP BY side.account_id
), queued AS (
    SELECT entry.account_id, coalesce(sum(entry.posted_delta) FILTER (WHERE entry.side = 'debit'), 0) AS debits,
           coalesce(sum(entry.posted_delta) FILTER (WHERE entry.side = 'credit'), 0) AS credits
      FROM ledger_queuedentry AS entry JOIN chosen ON chosen.id = entry.account_id GROUP BY entry.account_id
), line AS (
    SELECT account.id, account.code, account.kind, account.currency, account.normal_side,
           (account.debits_posted + coalesce(queued.debits, 0) - coalesce(later.debits, 0))::bigint AS debits,
           (account.credits_posted + coalesce(queued.credits, 0) - coalesce(later.credits, 0))::bigint AS credits
      FROM chosen AS account
      LEFT JOIN later ON later.account_id = account.id
      LEFT JOIN queued ON queued.account_id = account.id
)
{wanted}
"""
_EVERY_LINE = "SELECT id, code, kind, currency, normal_side, debits, credits FROM line ORDER BY currency, code, id"
_ALL_ACCOUNTS = "SELECT * FROM ledger_account WHERE book_id = %(book)s"
_TRIAL_BALANCE = _TRIAL_LINES.format(chosen=_ALL_ACCOUNTS, wanted=_EVERY_LINE)
_TRIAL_PAGE = _TRIAL_LINES.format(
    chosen=f"{_ALL_ACCOUNTS} AND kind = %(kind)s AND (currency, code, id) > (%(currency)s, %(code)s, %(id)s)"
    " ORDER BY currency, code, id LIMIT %(limit)s",
    wanted=_EVERY_LINE,
)
_TRIAL_TOTALS = _TRIAL_LINES.format(
    chosen=_ALL_ACCOUNTS,
    wanted="SELECT kind, currency, normal_side, count(*), sum(debits)::bigint, sum(credits)::bigint FROM line"
    " GROUP BY kind, currency, normal_side ORDER BY currency, normal_side DESC, kind",
)


def balance(account: Account) -> Balance:
    """What the account holds now, queued entries included."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCE, [account.pk])
        debits, credits, debits_pending, credits_pending, version = cursor.fetchone()
    is_credit = account.normal_side == Account.Side.CREDIT
    posted = int(credits - debits if is_credit else debits - credits)
    outflow = int(debits_pending if is_credit else credits_pending)
    return Balance(Money(posted, account.currency), Money(posted - outflow, account.currency), version)


def balance_at(account: Account, instant: dt.datetime) -> Balance:
    """What the account held at an instant, by the times at which entries were entered.

    An answer about the past never changes. A queued account's newest entries appear with the next roll-up.
    """
    last = (
        Entry.objects.filter(account=account, entered_at__lte=instant)
        .order_by("-entered_at", "-version")
        .values_list("posted_after", "pending_after", "version")
        .first()
    )
    posted, outflow, version = last or (0, 0, 0)
    return Balance(Money(posted, account.currency), Money(posted - outflow, account.currency), version)


def entries(account: Account, *, before_version: int | None = None, limit: int = 50) -> list[EntryLine]:
    """The account's lines, newest first; the next page starts before the last line's version."""
    wanted = {"account": account.pk, "before": before_version or 2**63 - 1, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, wanted)
        rows = cursor.fetchall()
    return [_line(row, account.currency) for row in rows]


def transfer_of(key: TransferKey) -> Transfer:
    """The transfer of a key, with its accounts."""
    return _transfer_of.get(key.pk, key.recorded_at)


@compiled_query
def _transfer_of(pk: Any, recorded_at: Any) -> models.QuerySet[Transfer]:
    return Transfer.objects.select_related("debit", "credit").filter(pk=pk, recorded_at=recorded_at)


def transfers_of(event_type: str, event_id: str) -> list[Transfer]:
    """All transfers of a business event, in the order of their legs, with their accounts."""
    keys = TransferKey.objects.filter(event_type=event_type, event_id=str(event_id)).values_list("pk", "recorded_at")
    found = dict(keys)
    if not found:
        return []
    return list(
        Transfer.objects.filter(pk__in=found, recorded_at__in=found.values())
        .select_related("debit", "credit")
        .order_by("leg_no")
    )


def trial_balance(book: Book, date: dt.date) -> list[TrialLine]:
    """Every account of a book at the end of a business date; per currency debits equal credits (L4).

    As long as the book has accounts: pages take `trial_totals` and `trial_page`, files `trial_lines`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TRIAL_BALANCE, {"book": book.pk, "date": date})
        return [_trial_line(row) for row in cursor.fetchall()]


def trial_lines(book: Book, date: dt.date) -> Iterator[TrialLine]:
    """The same, read in one snapshot and never more than a handful in memory."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_TRIAL_BALANCE, {"book": book.pk, "date": date})
        while rows := cursor.fetchmany(_READ_AT_ONCE):
            yield from map(_trial_line, rows)


def trial_totals(book: Book, date: dt.date) -> list[TrialTotal]:
    """The trial balance by kind and currency: as many lines as there are kinds, however many accounts there are."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIAL_TOTALS, {"book": book.pk, "date": date})
        return [
            TrialTotal(kind, currency, accounts, debits, credits, _on_side(side, debits, credits, currency))
            for kind, currency, side, accounts, debits, credits in cursor.fetchall()
        ]


def trial_page(
    book: Book, date: dt.date, *, kind: str, after: Account | None = None, limit: int = 50
) -> tuple[list[TrialLine], bool]:
    """Some accounts of one kind at the end of a business date, behind one of them, and whether there are more."""
    currency, code, pk = (after.currency, after.code, after.pk) if after else ("", "", 0)
    wanted: dict[str, Any] = {"currency": currency, "code": code, "id": pk}
    with connection.cursor() as cursor:
        cursor.execute(_TRIAL_PAGE, {"book": book.pk, "date": date, "kind": kind, "limit": limit + 1, **wanted})
        lines = [_trial_line(row) for row in cursor.fetchall()]
    return lines[:limit], len(lines) > limit


def business_date_of(book: Book, at: dt.datetime) -> dt.date:
    """The book's day at this instant; where that day is closed already, the first open one (L12)."""
    return max(day_in(book.zone, at), book.first_open_date)


def uncleared_findings() -> QuerySet[AuditFinding]:
    """What the newest audit of each book saw and nobody has cleared."""
    newest = AuditRun.objects.filter(book=OuterRef("book")).order_by("-pk").values("pk")[:1]
    return AuditFinding.objects.filter(cleared_at=None, last_run=Subquery(newest))


def open_findings(book: Book, *, scopes: Sequence[tuple[str, str]] = ()) -> list[AuditFinding]:
    """Those of one book; `scopes` narrows to (scope, subject) pairs."""
    found = uncleared_findings().filter(book=book)
    return [finding for finding in found if not scopes or (finding.scope, finding.scope_key) in scopes]


def expired_holds(at: dt.datetime, *, limit: int) -> list[Transfer]:
    """Holds whose time has run out and that nobody has ended, oldest first."""
    ended = TransferKey.objects.filter(pending_id=OuterRef("pk"))
    due = Transfer.objects.filter(expires_at__lte=at, kind=Transfer.Kind.PENDING).exclude(Exists(ended))
    return list(due.select_related("book").order_by("expires_at")[:limit])


def accounts_to_roll_up() -> list[Account]:
    """Queued accounts on which entries wait, in the order of their ids."""
    waiting = Exists(QueuedEntry.objects.filter(account=OuterRef("pk")))
    return list(Account.objects.filter(waiting, mode=Account.Mode.QUEUED).order_by("pk"))


def accounts_without_statement(book: Book, today: dt.date) -> QuerySet[Account, int]:
    """Ids of accounts with entries of a month that has ended, but without its statement."""
    end = instant_of(book.zone, today.replace(day=1), dt.time())
    stated = AccountStatement.objects.filter(account=OuterRef("account")).order_by("-to_version").values("to_version")
    first_open = Entry.objects.filter(account=OuterRef("pk"), entered_at__lt=end).filter(
        version__gt=Coalesce(Subquery(stated[:1]), 0)
    )
    queued = QueuedEntry.objects.filter(account=OuterRef("pk"), recorded_at__lt=end)
    return (
        Account.objects.filter(Exists(first_open) | Exists(queued), book=book)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def months_ahead(today: dt.date) -> int:
    """For how many months after this one a partition of transfers stands; below 2 the system is not ready."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relid::regclass::text FROM pg_partition_tree('ledger_transfer') WHERE isleaf")
        made = {name.removeprefix("ledger_transfer_") for (name,) in cursor.fetchall()}
    ahead = 0
    while _month_after(today, ahead + 1).strftime("%Y_%m") in made:
        ahead += 1
    return ahead


def _month_after(today: dt.date, months: int) -> dt.date:
    years, month = divmod(today.month - 1 + months, 12)
    return dt.date(today.year + years, month + 1, 1)


def _trial_line(row: tuple[Any, ...]) -> TrialLine:
    pk, code, kind, currency, side, debits, credits = row
    return TrialLine(pk, code, kind, currency, debits, credits, _on_side(side, debits, credits, currency))


def _on_side(side: str, debits: int, credits: int, currency: str) -> Money:
    return Money(credits - debits if side == Account.Side.CREDIT else debits - credits, currency)


def _line(row: tuple[Any, ...], currency: str) -> EntryLine:
    amount, held, posted, available = row[4:8]
    money = [Money(minor, currency) for minor in (amount, held, posted, available)]
    return EntryLine(*row[:4], *money, *row[8:])
