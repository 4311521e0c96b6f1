"""A month in an accountant's own program holds what our books hold, account by account."""

import csv
import datetime as dt
import hashlib
import json
from collections import defaultdict
from decimal import Decimal

import pyarrow.parquet as pq
import pytest
from beancount import loader
from beancount.core.data import Open, Transaction
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from core.money import Money
from ledger.exports import export_month
from ledger.exports.files import _cell
from ledger.queries import trial_balance
from ledger.services import Leg
from ledger.statements import make_statements
from tests.factories.days import today
from tests.factories.ledger import BookFactory, account, post, yuan

MONTH = dt.date(2026, 10, 1)
BEFORE, INSIDE, LAST, AFTER = (dt.date(2026, 9, 30), dt.date(2026, 10, 1), dt.date(2026, 10, 31), dt.date(2026, 11, 1))


@pytest.fixture
def books(own_database):
    """Money before, in and after October; a hold that moves nothing, a queued account, a loss, and coins of Kuwait."""
    till, bank, float_ = account("till"), account("bank", "main"), account("float", "321324-0007:a1")
    post(Leg(bank, float_, yuan("500.00"), "top-up"), business_date=BEFORE)
    post(Leg(till, bank, yuan("20.00"), 'change "fund"'), business_date=INSIDE)
    post(Leg(float_, account("revenue", "platform"), yuan("0.35"), "=fee"), business_date=LAST)
    post(Leg(account("expense", "platform"), bank, yuan("7.10"), "bank's fee"), business_date=LAST)
    post(Leg(float_, bank, yuan("9.00"), "held", kind="pending"), business_date=INSIDE)
    post(Leg(till, bank, yuan("1.00"), "of November"), business_date=AFTER)
    dinars = account("bank", "kuwait", currency="KWD"), account("suspense", "kuwait", currency="KWD")
    post(Leg(*dinars, Money(12_345, "KWD"), "three decimals"), business_date=INSIDE)
    return BookFactory()


def exported(book, file_format, out):
    return export_month(book=book, first=MONTH, file_format=file_format, out=out, at=now())


def closings(book) -> dict[int, Decimal]:
    """Debits less credits of every account that has anything, at the end of October."""
    lines = trial_balance(book, date=LAST)
    return {
        line.account_id: Decimal(str(Money(line.debits - line.credits, line.currency)))
        for line in lines
        if line.debits or line.credits
    }


def test_beancount_loads_the_month_and_gets_the_same_balances(books, tmp_path):
    folder = exported(books, "beancount", tmp_path)
    entries, errors, _options = loader.load_file(str(folder / "CN-2026-10.beancount"))
    assert errors == []
    codes = {entry.account: entry.meta.get("code") for entry in entries if isinstance(entry, Open)}
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for entry in entries:
        for posting in entry.postings if isinstance(entry, Transaction) else ():
            if codes[posting.account]:
                sums[int(posting.account.split(":")[-1].split("-")[0])] += posting.units.number
    assert dict(sums) == closings(books)
    assert "float:321324-0007:a1" in codes.values()


def test_csv_and_parquet_hold_every_account_and_every_movement_of_the_month(books, tmp_path):
    as_csv, as_parquet = exported(books, "csv", tmp_path), exported(books, "parquet", tmp_path)
    for name in ("accounts", "transfers", "statements"):
        with (as_csv / f"{name}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert [
            {key: str(value) for key, value in row.items()}
            for row in pq.read_table(as_parquet / f"{name}.parquet").to_pylist()
        ] == [{key: value.removeprefix("'") for key, value in row.items()} for row in rows]
        if name == "accounts":
            assert {int(row["account_id"]): Decimal(row["closing"]) for row in rows if Decimal(row["closing"])} == {
                key: value for key, value in closings(books).items() if value
            }
            assert all(
                Decimal(row["opening"]) + Decimal(row["debits"]) - Decimal(row["credits"]) == Decimal(row["closing"])
                for row in rows
            )
            owed = next(row for row in rows if row["kind"] == "float")
            assert [owed[name] for name in ("opening", "debits", "credits", "closing")] == [
                *("-500.00", "0.35", "0.00", "-499.65")
            ]
        if name == "transfers":
            assert [(row["business_date"], row["amount"]) for row in rows] == [
                ("2026-10-01", "20.00"),
                ("2026-10-01", "12.345"),
                ("2026-10-31", "0.35"),
                ("2026-10-31", "7.10"),
            ]
            assert {row["reason"] for row in rows} >= {"'=fee"}


def test_the_manifest_proves_every_file_and_says_whether_the_month_may_still_change(books, tmp_path):
    folder = exported(books, "csv", tmp_path)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert (manifest["book"], manifest["month"], manifest["is_closed"]) == ("CN", "2026-10", False)
    for name, told in manifest["files"].items():
        content = (folder / name).read_bytes()
        assert told["sha256"] == hashlib.sha256(content).hexdigest()
        assert told["rows"] == len(content.splitlines()) - 1


def test_the_statements_of_a_closed_month_travel_along(own_database, tmp_path):
    till = account("till")
    post(Leg(till, account("bank"), yuan("20.00"), "brought"))
    first = today().replace(day=1)
    [statement] = make_statements(account=till, before=first + dt.timedelta(days=40), at=now())
    folder = export_month(book=BookFactory(), first=statement.month, file_format="csv", out=tmp_path, at=now())
    with (folder / "statements.csv").open(newline="") as file:
        [row] = csv.DictReader(file)
    assert (row["account"], row["closing"], row["sha256"]) == ("till:321324-0007", "20.00", statement.sha256)


def test_an_export_is_never_overwritten_and_a_strange_book_or_month_is_named(books, tmp_path):
    words = {"book": "CN", "month": "2026-10", "format": "csv", "out": tmp_path}

    def ask(**other):
        call_command("export_ledger", *(f"--{name}={value}" for name, value in (words | other).items()))

    ask()
    before = (tmp_path / "CN-2026-10-csv" / "manifest.json").read_bytes()
    with pytest.raises(CommandError, match="CN-2026-10-csv"):
        ask()
    assert (tmp_path / "CN-2026-10-csv" / "manifest.json").read_bytes() == before
    with pytest.raises(CommandError, match="no book XX"):
        ask(book="XX")
    with pytest.raises(CommandError, match="2026-13 is no month"):
        ask(month="2026-13")


@pytest.mark.parametrize(
    ("value", "written"), [("=1+1", "'=1+1"), ("@x", "'@x"), ("-4.40", "-4.40"), ("-x", "'-x"), ("fee", "fee"), (4, 4)]
)
def test_no_text_starts_a_formula_and_an_amount_below_zero_stays_one(value, written):
    assert _cell(value) == written
