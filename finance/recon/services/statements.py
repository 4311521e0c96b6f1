"""Statements of our bank: read whole or refused whole, every line posted."""

import datetime as dt
import hashlib
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from core.jobs.models import Job
from core.jobs.services import enqueue, enqueue_all
from core.money import Money
from finance import chart
from finance.recon.formats import ReadLine, StatementFaulty, read_statement
from finance.recon.formats.csv_lines import BANK_COLUMNS as BANK_COLUMNS
from finance.recon.models import BankStatement, BankStatementLine
from ledger.queries import business_date_of
from ledger.services import Group, Leg, MadeBy, book_of, post_groups
from stations.accounts.models import User

#: Jobs that look for the meaning of one line that came in, and the beginnings of their keys.
WHOSE_LINES = (("floats.match_line", "match"), ("tills.match_slip", "slip"), ("payouts.match_return", "return"))


class ControlTotalDiffers(Refused):
    """What the importer typed is not what the file holds."""

    code = "control_total_differs"
    status = 422
    message = _("Money in minus money out is %(found)s, but you typed %(typed)s. Nothing was imported.")


@refuses(StatementFaulty, ControlTotalDiffers)
@transaction.atomic
def import_bank_statement(
    *, bank_account: str, content: bytes, control_total: Money, country: str, by: User, at: dt.datetime
) -> list[BankStatementLine]:
    """Store a bank's lines and post each of them against suspense; lines that stand already are passed over.

    The content is the CSV of docs/money.md, camt.053 or MT940. `control_total` is lines in less lines out, typed by
    the importer, and `country` where the account lies: in its book the lines are posted. The same statement again
    changes nothing. Refused: `statement_faulty`, `control_total_differs`; nothing is written then.
    """
    currency = control_total.currency
    form, read = read_statement(content, currency=currency)
    _refuse_repeated(read)
    found = Money(sum(line.signed_minor for line in read), currency)
    if found != control_total:
        raise ControlTotalDiffers(field="control_total", found=str(found), typed=str(control_total))
    statement, is_new = BankStatement.objects.get_or_create(
        country=country,
        bank_account=bank_account,
        sha256=hashlib.sha256(content).hexdigest(),
        defaults={
            "format": form,
            "currency": currency,
            "control_total_minor": control_total.minor,
            "line_count": len(read),
            "new_count": 0,
            "imported_by": by,
            "imported_at": at,
        },
    )
    if not is_new:
        return []
    new = [_bank_line(line, statement) for line in _new_among(read, statement)]
    _post_against_suspense(new, statement, by=by, at=at)
    stored = BankStatementLine.objects.bulk_create(new)
    statement.new_count = len(stored)
    statement.save(update_fields=["new_count", "updated_at"])
    _look_for_their_meaning(statement, stored, at=at)
    return stored


def _refuse_repeated(lines: list[ReadLine]) -> None:
    seen: set[str] = set()
    for line in lines:
        if line.line_ref in seen:
            raise StatementFaulty(line=line.number, fault=_("the same line reference twice"))
        seen.add(line.line_ref)


def _new_among(lines: list[ReadLine], statement: BankStatement) -> list[ReadLine]:
    """Those that do not stand yet. Raises `StatementFaulty` where the bank said something else of one before."""
    theirs = BankStatementLine.objects.filter(country=statement.country, bank_account=statement.bank_account)
    stand = {line.line_ref: line for line in theirs.filter(line_ref__in=[line.line_ref for line in lines])}
    for line in lines:
        before = stand.get(line.line_ref)
        if before and (line.direction, line.amount_minor, statement.currency, line.value_date) != _said_by(before):
            raise StatementFaulty(
                line=line.number, fault=_("the bank gave different content for this reference before")
            )
    return [line for line in lines if line.line_ref not in stand]


def _said_by(line: BankStatementLine) -> tuple[Any, ...]:
    return line.direction, line.amount_minor, line.currency, line.value_date


def _bank_line(line: ReadLine, statement: BankStatement) -> BankStatementLine:
    return BankStatementLine(
        statement=statement,
        country=statement.country,
        bank_account=statement.bank_account,
        value_date=line.value_date,
        line_ref=line.line_ref,
        direction=line.direction,
        amount_minor=line.amount_minor,
        currency=statement.currency,
        counterparty=line.counterparty,
        counterparty_tail=line.counterparty_tail,
        text=line.text,
        imported_by=statement.imported_by,
        imported_at=statement.imported_at,
    )


def _post_against_suspense(
    lines: list[BankStatementLine], statement: BankStatement, *, by: User, at: dt.datetime
) -> None:
    if not lines:
        return
    country, currency = statement.country, statement.currency
    keys = chart.bank(statement.bank_account), chart.suspense(statement.bank_account)
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


def _look_for_their_meaning(statement: BankStatement, lines: list[BankStatementLine], *, at: dt.datetime) -> None:
    """Top-ups, bank slips and payouts that came back are looked for line by line, a company's day in all of them."""
    enqueue_all(
        [
            Job(kind=kind, dedupe_key=f"{key}:{line.pk}", payload={"line": str(line.pk)}, run_at=at)
            for line in lines
            for kind, key in WHOSE_LINES
            if line.direction == BankStatementLine.Direction.IN
        ]
    )
    enqueue("recon.settle_sums", dedupe_key=f"settle-sums:statement:{statement.pk}", run_at=at)
