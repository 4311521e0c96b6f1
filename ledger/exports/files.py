"""The formats: CSV, Parquet, and the plain text of Beancount."""

import csv
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from core.csv_cells import harmless
from core.money import Money
from ledger.exports.month import AccountMonth, Month, TransferLine
from ledger.exports.tables import Sheet, sheets
from ledger.models import Account

ROWS_AT_ONCE = 10_000
INCOME = {"revenue", "interest_income", "penalty_income", "fee_income", "recovery_income"}
EXPENSES = {"expense", "loan_loss"}
OPENING = "Equity:Opening-Balances"


class ParquetMissing(Exception):
    """The package that writes Parquet is not installed."""


def write_csv(month: Month, folder: Path) -> dict[str, int]:
    """One CSV file for each sheet (UTF-8, LF); how many rows, by file."""
    return {f"{sheet.name}.csv": _write_csv(sheet, folder / f"{sheet.name}.csv") for sheet in sheets(month)}


def _write_csv(sheet: Sheet, path: Path) -> int:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(sheet.columns)
        count = 0
        for row in sheet.rows:
            writer.writerow([_cell(value) for value in row])
            count += 1
    return count


def _cell(value: Any) -> Any:
    """Amounts are text, too; below zero they begin with a minus and stay as they are."""
    is_text = isinstance(value, str) and not value.removeprefix("-").replace(".", "", 1).isdecimal()
    return harmless(value) if is_text else value


def write_parquet(month: Month, folder: Path) -> dict[str, int]:
    """One Parquet file for each sheet, in row groups; how many rows, by file. Raises `ParquetMissing`."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - large, and only this format needs it
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as error:
        raise ParquetMissing from error
    counts = {}
    for sheet in sheets(month):
        name, rows, counts[f"{sheet.name}.parquet"] = f"{sheet.name}.parquet", iter(sheet.rows), 0
        schema = pa.schema([(column, _arrow_type(pa, column)) for column in sheet.columns])
        with pq.ParquetWriter(folder / name, schema, compression="zstd") as writer:
            while batch := list(itertools.islice(rows, ROWS_AT_ONCE)):
                columns = zip(*batch, strict=True)
                arrays = [pa.array(values, type=each.type) for values, each in zip(columns, schema, strict=True)]
                writer.write_batch(pa.record_batch(arrays, schema=schema))
                counts[name] += len(batch)
    return counts


def _arrow_type(pa: Any, column: str) -> Any:
    whole = column.endswith("_id") and column.startswith(("account", "debit", "credit"))
    return pa.int64() if whole or column in {"leg_no", "from_version", "to_version"} else pa.string()


def write_beancount(month: Month, folder: Path) -> dict[str, int]:
    """One file that Beancount loads, with a balance assertion for every account at the end; how many transactions.

    Debits are positive there. Account names are ours made fit: kind, key, and the id that keeps them apart.
    """
    accounts = [account for account in month.accounts() if account.is_touched]
    names = {account.id: _name(account) for account in accounts}
    path, count = folder / f"{month.name}.beancount", 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_head(month, accounts, names))
        for line in month.transfers():
            file.write(_transaction(line, names))
            count += 1
        file.writelines(_assertions(month, accounts, names))
    return {path.name: count}


def _head(month: Month, accounts: list[AccountMonth], names: dict[int, str]) -> Iterator[str]:
    yield f'option "title" "{month.name}"\n'
    for currency in sorted({account.currency for account in accounts}):
        yield f'option "operating_currency" "{currency}"\n'
    yield f"\n{month.first} open {OPENING}\n"
    for account in accounts:
        yield f'{month.first} open {names[account.id]} {account.currency}\n  code: "{account.code}"\n'
    for account in accounts:
        if account.opening:
            opening = Money(account.opening, account.currency)
            yield f'\n{month.first} * "Opening balance"\n  {names[account.id]}  {_amount(opening)}\n  {OPENING}\n'


def _transaction(line: TransferLine, names: dict[int, str]) -> str:
    return (
        f'\n{line.business_date} * "{_quoted(line.event_type)}" "{_quoted(line.reason)}"\n'
        f'  id: "{line.id}"\n  event: "{_quoted(line.event_id)}"\n'
        f"  {names[line.debit_id]}  {_amount(line.amount)}\n"
        f"  {names[line.credit_id]}  {_amount(-line.amount)}\n"
    )


def _assertions(month: Month, accounts: list[AccountMonth], names: dict[int, str]) -> Iterator[str]:
    next_day = month.last.fromordinal(month.last.toordinal() + 1)
    yield "\n"
    for account in accounts:
        yield f"{next_day} balance {names[account.id]}  {_amount(Money(account.closing, account.currency))}\n"


def _name(account: AccountMonth) -> str:
    kind, _, key = account.code.partition(":")
    words = "".join(word.capitalize() for word in kind.split("_"))
    fit = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in key)
    return f"{_root(account)}:{words}:{account.id}-{fit}"


def _root(account: AccountMonth) -> str:
    if account.kind in INCOME:
        return "Income"
    if account.kind in EXPENSES:
        return "Expenses"
    return "Assets" if account.normal_side == Account.Side.DEBIT else "Liabilities"


def _amount(money: Money) -> str:
    return f"{money} {money.currency}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


WRITERS: dict[str, Callable[[Month, Path], dict[str, int]]] = {
    "csv": write_csv,
    "parquet": write_parquet,
    "beancount": write_beancount,
}
