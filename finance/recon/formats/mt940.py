"""SWIFT MT940, read by the library `mt-940`: one or more statements of one account, each with both balances."""

import datetime as dt
from decimal import Decimal
from typing import Any

import mt940
from django.utils.translation import gettext_lazy as _

from finance.recon.formats.line import (
    LONGEST_NAME,
    LONGEST_REFERENCE,
    LONGEST_TAIL,
    LONGEST_TEXT,
    ReadLine,
    StatementFaulty,
    minor_of,
    printable,
    text_of,
    with_references,
)

#: What banks write where they have no reference.
NO_REFERENCE = frozenset({"", "NONREF", "NOTPROVIDED"})


def read(content: bytes, *, currency: str) -> list[ReadLine]:
    """The lines of all statements in the file, in order. Raises `StatementFaulty`.

    Of each statement opening balance, lines and closing balance must agree; reversals (RC, RD) go the other way.
    """
    try:
        statements = mt940.parse_statements(text_of(content), options=mt940.Options.all())
    except (ValueError, RuntimeError, KeyError, ArithmeticError) as error:
        raise StatementFaulty(line=1, fault=_("this is not a readable MT940 file")) from error
    if not statements or len({_account(statement) for statement in statements}) != 1:
        raise StatementFaulty(line=1, fault=_("a statement is of one account"))
    lines: list[ReadLine] = []
    for statement in statements:
        own = [_line(booked, len(lines) + n, currency) for n, booked in enumerate(_booked(statement), start=1)]
        _check_balances(statement, own, currency, after=len(lines))
        lines += own
    return with_references(lines)


def _account(statement: Any) -> str:
    return str(statement.data.get("account_identification", ""))


def _booked(statement: Any) -> list[dict[str, Any]]:
    return [each.data for each in statement.transactions if "amount" in each.data]


def _line(data: dict[str, Any], number: int, currency: str) -> ReadLine:
    amount = data["amount"]
    if amount.currency != currency:
        raise StatementFaulty(line=number, fault=_("unknown direction, other currency, or no amount"))
    minor = minor_of(abs(amount.amount), currency, line=number)
    if minor <= 0:
        raise StatementFaulty(line=number, fault=_("unknown direction, other currency, or no amount"))
    text = printable(data.get("purpose") or data.get("transaction_details"), LONGEST_TEXT)
    day = data["date"]
    return ReadLine(
        number=number,
        value_date=dt.date(day.year, day.month, day.day),
        line_ref=_reference(data),
        direction="in" if amount.amount > 0 else "out",
        amount_minor=minor,
        counterparty=printable(data.get("applicant_name"), LONGEST_NAME),
        counterparty_tail=printable(data.get("applicant_iban"), LONGEST_NAME)[-LONGEST_TAIL:],
        text=text,
    )


def _reference(data: dict[str, Any]) -> str:
    """The bank's own reference (after `//`): the customer's may stand on several lines."""
    reference = printable(data.get("bank_reference"), LONGEST_REFERENCE)
    return "" if reference.upper() in NO_REFERENCE else reference


def _check_balances(statement: Any, lines: list[ReadLine], currency: str, *, after: int) -> None:
    opening = _balance(statement, ("final_opening_balance", "intermediate_opening_balance"), currency)
    closing = _balance(statement, ("final_closing_balance", "intermediate_closing_balance"), currency)
    if opening is None or closing is None or opening + sum(line.signed_minor for line in lines) != closing:
        raise StatementFaulty(line=after + len(lines), fault=_("the balances do not match the lines"))


def _balance(statement: Any, names: tuple[str, ...], currency: str) -> int | None:
    found = next((statement.data[name] for name in names if statement.data.get(name)), None)
    if found is None or found.amount.currency != currency:
        return None
    return minor_of(Decimal(found.amount.amount), currency, line=1)
