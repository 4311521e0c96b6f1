"""ISO 20022 camt.053, read by the library `pycamt`: booked entries only, each statement with both balances."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _
from lxml.etree import XMLSyntaxError
from pycamt.parser import Camt053ParseError, Camt053Parser

from finance.recon.formats.line import (
    LONGEST_NAME,
    LONGEST_REFERENCE,
    LONGEST_TAIL,
    LONGEST_TEXT,
    ReadLine,
    StatementFaulty,
    minor_of,
    printable,
    with_references,
)

DIRECTIONS = {"CRDT": "in", "DBIT": "out"}
BOOKED = "BOOK"
_AMOUNT = re.compile(r"[0-9]{1,13}(\.[0-9]{1,5})?")


def read(content: bytes, *, currency: str) -> list[ReadLine]:
    """The booked entries of the statements in the document, in order. Raises `StatementFaulty`.

    An entry that a bank booked for several payments is several lines where their amounts add up to it, else one. Of
    each document opening balances, lines and closing balances must agree.
    """
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise StatementFaulty(line=1, fault=_("a statement defines nothing of its own"))
    try:
        document = _Entries(content)
        statements, entries = document.get_statement_info(), document.get_transactions()
    except (XMLSyntaxError, Camt053ParseError, AttributeError, ValueError) as error:
        raise StatementFaulty(line=1, fault=_("this is not a readable camt.053 file")) from error
    if "camt.053" not in document.tree.tag or len({each["IBAN"] for each in statements}) != 1:
        raise StatementFaulty(line=1, fault=_("a statement is of one account"))
    lines = [_line(entry, number, currency) for number, entry in enumerate(entries, start=1)]
    _check_balances(statements, lines, currency)
    return with_references(lines)


class _Entries(Camt053Parser):
    """Entries in place of their details, unless the details are whole in themselves."""

    def _extract_transaction(self, entry: Any, statement: Any) -> list[dict[str, Any]]:
        whole = self._extract_common_entry_data(entry, statement)
        if whole["Status"] != BOOKED:
            return []
        details = super()._extract_transaction(entry, statement)
        if len(details) > 1 and _add_up(details, whole):
            return [_numbered(detail, number) for number, detail in enumerate(details, start=1)]
        first = details[0] if details else {}
        said = (each.get("RemittanceInformationFull") or each.get("RemittanceInformation") or "" for each in details)
        return [{**first, **whole, "RemittanceInformationFull": " ".join(dict.fromkeys(filter(None, said)))}]


def _add_up(details: list[dict[str, Any]], whole: dict[str, Any]) -> bool:
    try:
        return sum(Decimal(each["Amount"]) for each in details) == Decimal(whole["Amount"])
    except (InvalidOperation, TypeError):
        return False


def _numbered(detail: dict[str, Any], number: int) -> dict[str, Any]:
    reference = detail.get("TransactionID")
    return {**detail, "TransactionID": f"{reference}/{number}" if reference else None}


def _line(entry: dict[str, Any], number: int, currency: str) -> ReadLine:
    direction = DIRECTIONS.get(entry["CreditDebitIndicator"] or "")
    minor = _minor(entry["Amount"], currency, number)
    if direction is None or entry["Currency"] != currency or minor <= 0:
        raise StatementFaulty(line=number, fault=_("unknown direction, other currency, or no amount"))
    other = "Debtor" if direction == "in" else "Creditor"
    text = entry.get("RemittanceInformationFull") or entry.get("AdditionalEntryInformation")
    return ReadLine(
        number=number,
        value_date=_day(entry["ValueDate"] or entry["BookingDate"], number),
        line_ref=printable(entry["TransactionID"], LONGEST_REFERENCE),
        direction=direction,
        amount_minor=minor,
        counterparty=printable(entry.get(f"{other}Name"), LONGEST_NAME),
        counterparty_tail=printable(entry.get(f"{other}IBAN"), LONGEST_NAME)[-LONGEST_TAIL:],
        text=printable(text, LONGEST_TEXT),
    )


def _minor(text: str | None, currency: str, number: int) -> int:
    written = (text or "").strip()
    if not _AMOUNT.fullmatch(written):
        raise StatementFaulty(line=number, fault=_("unreadable amount or date"))
    return minor_of(Decimal(written), currency, line=number)


def _day(text: str | None, number: int) -> dt.date:
    try:
        return dt.date.fromisoformat((text or "").strip()[:10])
    except ValueError as error:
        raise StatementFaulty(line=number, fault=_("unreadable amount or date")) from error


def _check_balances(statements: list[dict[str, Any]], lines: list[ReadLine], currency: str) -> None:
    try:
        moved = sum(
            (_signed(each["ClosingBalance"]) - _signed(each["OpeningBalance"]) for each in statements), Decimal(0)
        )
    except (InvalidOperation, TypeError) as error:
        raise StatementFaulty(line=1, fault=_("the balances do not match the lines")) from error
    if minor_of(moved, currency, line=1) != sum(line.signed_minor for line in lines):
        raise StatementFaulty(line=len(lines), fault=_("the balances do not match the lines"))


def _signed(balance: str) -> Decimal:
    """A balance as the library gives it: one below nought went through a float, so it is rounded back."""
    return Decimal(balance).quantize(Decimal("0.00001"))
