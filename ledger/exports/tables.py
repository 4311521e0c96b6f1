"""The tables of an export as rows of text and numbers: the same for CSV and Parquet."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from core.money import Money
from ledger.exports.month import Month


@dataclass(frozen=True, slots=True)
class Sheet:
    """A name, its columns, and its rows one after the other."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[tuple[Any, ...]]


ACCOUNTS = ("account_id", "code", "kind", "currency", "normal_side", "opening", "debits", "credits", "closing")
TRANSFERS = (
    *("transfer_id", "business_date", "recorded_at", "group_id", "event_type", "event_id", "leg_no"),
    *("debit_account", "credit_account", "debit_account_id", "credit_account_id", "currency", "amount", "reason"),
    *("made_by_kind", "reversal_of", "refund_of"),
)
STATEMENTS = ("account", "currency", "from_version", "to_version", "opening", "closing", "sha256", "previous_sha256")


def sheets(month: Month) -> list[Sheet]:
    """Accounts, transfers and statements. Amounts are decimal strings; balances are debits less credits."""
    return [
        Sheet("accounts", ACCOUNTS, _accounts(month)),
        Sheet("transfers", TRANSFERS, _transfers(month)),
        Sheet("statements", STATEMENTS, _statements(month)),
    ]


def _accounts(month: Month) -> Iterator[tuple[Any, ...]]:
    for line in filter(lambda account: account.is_touched, month.accounts()):
        amounts = (line.opening, line.debits, line.credits, line.closing)
        written = tuple(str(Money(minor, line.currency)) for minor in amounts)
        yield (line.id, line.code, line.kind, line.currency, line.normal_side, *written)


def _transfers(month: Month) -> Iterator[tuple[Any, ...]]:
    for line in month.transfers():
        yield (
            *(str(line.id), line.business_date.isoformat(), line.recorded_at.isoformat(), str(line.group_id)),
            *(line.event_type, line.event_id, line.leg_no, line.debit, line.credit, line.debit_id, line.credit_id),
            *(line.currency, str(line.amount), line.reason, line.made_by_kind),
            *(str(other) if other else "" for other in (line.reversal_of, line.refund_of)),
        )


def _statements(month: Month) -> Iterator[tuple[Any, ...]]:
    for statement in month.statements():
        account = statement.account
        balances = (str(Money(minor, account.currency)) for minor in (statement.opening, statement.closing))
        versions = (statement.from_version, statement.to_version)
        yield (account.code, account.currency, *versions, *balances, statement.sha256, statement.previous_sha256)
