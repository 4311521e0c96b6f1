"""What a month of a book holds: accounts with opening and closing balances, and every transfer that moved money."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from core.money import Money
from ledger.models import Account, AccountStatement, Book
from ledger.queries import trial_balance

READ_AT_ONCE = 2_000
DAY = dt.timedelta(days=1)

# By business date: the month an accountant closes. Holds move nothing until they are posted.
_TRANSFERS = """
SELECT transfer.id, transfer.business_date, transfer.recorded_at, transfer.group_id, transfer.event_type,
       transfer.event_id, transfer.leg_no, debit.code, credit.code, debit.id, credit.id, transfer.currency,
       transfer.amount, transfer.reason, transfer.made_by_kind, transfer.reversal_of, transfer.refund_of
  FROM ledger_transfer AS transfer
  JOIN ledger_account AS debit ON debit.id = transfer.debit_id
  JOIN ledger_account AS credit ON credit.id = transfer.credit_id
 WHERE transfer.book_id = %s AND transfer.business_date BETWEEN %s AND %s AND transfer.kind IN ('posted', 'post')
 ORDER BY transfer.business_date, transfer.recorded_at, transfer.group_id, transfer.leg_no
"""


@dataclass(frozen=True, slots=True)
class AccountMonth:
    """One account: posted debits and credits of the month and the balances around it, in minor units.

    Balances are debits less credits, whatever side the account grows on, so that their sum is nought.
    """

    id: int
    code: str
    kind: str
    currency: str
    normal_side: str
    opening: int
    debits: int
    credits: int

    @property
    def closing(self) -> int:
        """Debits less credits at the end of the month."""
        return self.opening + self.debits - self.credits

    @property
    def is_touched(self) -> bool:
        """Whether there is anything to tell of it."""
        return bool(self.opening or self.debits or self.credits)


@dataclass(frozen=True, slots=True)
class TransferLine:
    """One movement of money, with the codes of its accounts."""

    id: uuid.UUID
    business_date: dt.date
    recorded_at: dt.datetime
    group_id: uuid.UUID
    event_type: str
    event_id: str
    leg_no: int
    debit: str
    credit: str
    debit_id: int
    credit_id: int
    currency: str
    amount_minor: int
    reason: str
    made_by_kind: str
    reversal_of: uuid.UUID | None
    refund_of: uuid.UUID | None

    @property
    def amount(self) -> Money:
        """The amount in its currency."""
        return Money(self.amount_minor, self.currency)


@dataclass(frozen=True, slots=True)
class Month:
    """A book and the first day of a month of business dates."""

    book: Book
    first: dt.date

    @property
    def last(self) -> dt.date:
        """Its last day."""
        return (self.first + 31 * DAY).replace(day=1) - DAY

    @property
    def next_first(self) -> dt.date:
        """The first day of the month after it."""
        return self.last + DAY

    @property
    def name(self) -> str:
        """As files and people call it: `CN-2026-11`."""
        return f"{self.book.code}-{self.first:%Y-%m}"

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be posted into it any more (L12)."""
        return self.book.first_open_date > self.last

    def accounts(self) -> list[AccountMonth]:
        """Every account of the book."""
        sides = dict(Account.objects.filter(book=self.book).values_list("id", "normal_side"))
        before = {line.account_id: line for line in trial_balance(self.book, date=self.first - DAY)}
        return [
            AccountMonth(
                line.account_id,
                line.code,
                line.kind,
                line.currency,
                sides[line.account_id],
                before[line.account_id].debits - before[line.account_id].credits,
                line.debits - before[line.account_id].debits,
                line.credits - before[line.account_id].credits,
            )
            for line in trial_balance(self.book, date=self.last)
        ]

    def transfers(self) -> Iterator[TransferLine]:
        """Every transfer that moved money, in the order of the books; never more than a handful in memory."""
        with connection.chunked_cursor() as cursor:
            cursor.execute(_TRANSFERS, [self.book.pk, self.first, self.last])
            while rows := cursor.fetchmany(READ_AT_ONCE):
                yield from (TransferLine(*row) for row in rows)

    def statements(self) -> Iterator[AccountStatement]:
        """The closed statements of the month, whose hashes chain each account's entries."""
        closed = AccountStatement.objects.filter(account__book=self.book, month=self.first).select_related("account")
        return closed.order_by("account_id").iterator(chunk_size=READ_AT_ONCE)
