"""Statements of our bank: read whole or refused whole, every line posted."""

import csv
import datetime as dt
import io
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.jobs.models import Job
from core.jobs.services import enqueue_all
from core.money import AmountMalformed, Money, parse, zero
from finance import chart
from finance.recon.models import BankStatementLine
from ledger.queries import business_date_of
from ledger.services import Group, Leg, MadeBy, book_of, post_groups

LONGEST_REFERENCE = 64
BANK_COLUMNS = [
    "value_date",
    "line_ref",
    "direction",
    "amount",
    "currency",
    "counterparty",
    "counterparty_tail",
    "text",
]


class StatementFaulty(Refused):
    """A bank statement that cannot be read whole; nothing of it is used."""

    code = "statement_faulty"
    status = 422
    message = _("The statement is refused whole: line %(line)s, %(fault)s.")


class ControlTotalDiffers(Refused):
    """What the importer typed is not what the file holds."""

    code = "control_total_differs"
    status = 422
    message = _("The lines in less the lines out make %(found)s, you typed %(typed)s. Nothing was imported.")


@transaction.atomic
def import_bank_statement(
    *, bank_account: str, content: bytes, control_total: Money, country: str, by: Any, at: dt.datetime
) -> list[BankStatementLine]:
    """Store a bank's lines and post each of them against suspense; lines that stand already are passed over.

    `control_total` is lines in less lines out, typed by the importer. Refused: `statement_faulty`,
    `control_total_differs`; nothing is written then.
    """
    lines = _read_bank_lines(content, bank_account=bank_account, currency=control_total.currency, by=by, at=at)
    found = sum(
        (Money(line.amount_minor if line.direction == "in" else -line.amount_minor, line.currency) for line in lines),
        zero(control_total.currency),
    )
    if found != control_total:
        raise ControlTotalDiffers(field="control_total", found=str(found), typed=str(control_total))
    new = _new_among(lines, bank_account=bank_account)
    _post_against_suspense(new, bank_account=bank_account, country=country, by=by, at=at)
    stored = BankStatementLine.objects.bulk_create(new)
    enqueue_all(
        [
            Job(kind="floats.match_line", dedupe_key=f"match:{line.pk}", payload={"line": str(line.pk)}, run_at=at)
            for line in stored
            if line.direction == BankStatementLine.Direction.IN
        ]
    )
    return stored


def _read_bank_lines(
    content: bytes, *, bank_account: str, currency: str, by: Any, at: dt.datetime
) -> list[BankStatementLine]:
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise StatementFaulty(line=1, fault=_("unreadable text")) from error
    if not rows or list(rows[0]) != BANK_COLUMNS:
        raise StatementFaulty(line=1, fault=_("the columns must be %(columns)s") % {"columns": ",".join(BANK_COLUMNS)})
    lines = []
    references = set()
    for number, row in enumerate(rows, start=2):
        line = _bank_line(row, number, bank_account=bank_account, currency=currency, by=by, at=at)
        if line.line_ref in references:
            raise StatementFaulty(line=number, fault=_("the same line reference twice"))
        references.add(line.line_ref)
        lines.append(line)
    return lines


def _new_among(lines: list[BankStatementLine], *, bank_account: str) -> list[BankStatementLine]:
    """Those that do not stand yet. Raises `StatementFaulty` where one stands with another content."""
    stand = {
        line.line_ref: line
        for line in BankStatementLine.objects.filter(
            bank_account=bank_account, line_ref__in=[line.line_ref for line in lines]
        )
    }
    for number, line in enumerate(lines, start=2):
        if line.line_ref in stand and _said_by(line) != _said_by(stand[line.line_ref]):
            raise StatementFaulty(line=number, fault=_("the bank said something else under this reference before"))
    return [line for line in lines if line.line_ref not in stand]


def _said_by(line: BankStatementLine) -> tuple[Any, ...]:
    return line.direction, line.amount_minor, line.currency, line.value_date


def _bank_line(
    row: dict[str, str], number: int, *, bank_account: str, currency: str, by: Any, at: dt.datetime
) -> BankStatementLine:
    if None in row:
        raise StatementFaulty(line=number, fault=_("more cells than columns"))
    try:
        amount = parse(row["amount"] or "", currency)
        value_date = dt.date.fromisoformat(row["value_date"])
    except (AmountMalformed, ValueError, TypeError) as error:
        raise StatementFaulty(line=number, fault=_("unreadable amount or date")) from error
    if row["direction"] not in BankStatementLine.Direction.values or row["currency"] != currency or amount.minor <= 0:
        raise StatementFaulty(line=number, fault=_("unknown direction, other currency, or no amount"))
    if not row["line_ref"] or len(row["line_ref"]) > LONGEST_REFERENCE:
        raise StatementFaulty(line=number, fault=_("no line reference, or one that is too long"))
    return BankStatementLine(
        bank_account=bank_account,
        value_date=value_date,
        line_ref=row["line_ref"],
        direction=row["direction"],
        amount_minor=amount.minor,
        currency=currency,
        counterparty=(row["counterparty"] or "")[:120],
        counterparty_tail=(row["counterparty_tail"] or "")[-8:],
        text=(row["text"] or "")[:300],
        imported_by=by,
        imported_at=at,
    )


def _post_against_suspense(
    lines: list[BankStatementLine], *, bank_account: str, country: str, by: Any, at: dt.datetime
) -> None:
    if not lines:
        return
    currency = lines[0].currency
    keys = chart.bank(bank_account), chart.suspense(bank_account)
    opened = chart.open_all(keys, country=country, currency=currency, at=at)
    bank, suspense = (opened[key] for key in keys)
    business_date = business_date_of(book_of(country), at)
    groups = []
    for line in lines:
        debit, credit = (bank, suspense) if line.direction == BankStatementLine.Direction.IN else (suspense, bank)
        leg = Leg(debit, credit, Money(line.amount_minor, currency), "bank line")
        line.transfer_id = leg.id
        groups.append(Group([leg], "bank_line", str(line.pk), business_date, MadeBy("staff", by.pk)))
    post_groups(groups=groups, at=at)
