"""Strict parsing of a provider's result for one reference: a result with another amount is not definite."""

import datetime as dt
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

import orjson

from core.gateways.models import Instruction
from core.language.text import CONTROLS, LINE_CONTROLS
from core.money import Money, minor_digits

SUBMITTED_STATUSES = frozenset({"succeeded", "pending", "failed"})
FETCH_RESULTS = frozenset({"found", "no_dues", "not_found", "failed"})
#: Words for a payout: of callbacks, of enquiries, of daily files.
PAYOUT_STATUSES = {
    "paid": "succeeded",
    "succeeded": "succeeded",
    "pending": "pending",
    "failed": "failed",
    "returned": "reversed",
    "reversed": "reversed",
}
NO_CODE = "no_code"
#: What is done without an amount.
WITHOUT_AMOUNT = frozenset({Instruction.Kind.MESSAGE, Instruction.Kind.REGISTRATION, Instruction.Kind.RELEASE})
#: Codes of a result that is not definite because it speaks of something else; people have to look.
DISAGREEMENTS = frozenset({"amount_differs", "currency_differs", "kind_differs"})

_AMOUNT = re.compile(r"[0-9]{1,13}(\.[0-9]{1,4})?")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Status(StrEnum):
    """What is known. Of a fetch: `found`, `no_dues`, `not_found`, `failed`, `pending`; of all else: the others.

    `not_found` of anything but a fetch is the answer to an enquiry, and decides nothing by itself.
    """

    SUCCEEDED = "succeeded"
    PENDING = "pending"
    FAILED = "failed"
    REVERSED = "reversed"
    UNKNOWN = "unknown"
    NOT_FOUND = "not_found"
    FOUND = "found"
    NO_DUES = "no_dues"


DEFINITE = frozenset({Status.SUCCEEDED, Status.FAILED, Status.REVERSED})
DEFINITE_OF_A_FETCH = frozenset({Status.FOUND, Status.NO_DUES, Status.NOT_FOUND, Status.FAILED})


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill as the biller shows it. `customer_name` is for reading back, masked, and is kept nowhere else."""

    bill_ref: str
    customer_name: str
    period: str
    due_date: dt.date | None
    amount: Money
    minimum_amount: Money | None
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Result:
    """One statement about one reference. `amount` is what they say; `code` says why it failed or is not definite."""

    our_ref: str
    kind: str
    status: Status
    provider_ref: str = ""
    amount: Money | None = None
    code: str = ""
    biller_receipt_no: str = ""
    completed_at: dt.datetime | None = None
    bill: Bill | None = None
    pay_url: str = ""
    expires_at: dt.datetime | None = None

    @property
    def is_definite(self) -> bool:
        """Whether this ends the matter."""
        return self.status in (DEFINITE_OF_A_FETCH if self.kind == Instruction.Kind.FETCH else DEFINITE)

    def as_json(self) -> dict[str, Any]:
        """What is kept with the instruction: no name, no free text of theirs."""
        kept = {
            "status": str(self.status),
            "provider_ref": self.provider_ref,
            "amount": str(self.amount) if self.amount else None,
            "currency": self.amount.currency if self.amount else None,
            "code": self.code or None,
            "biller_receipt_no": self.biller_receipt_no or None,
            "completed_at": self.completed_at.isoformat() if self.completed_at else None,
            "bill_ref": self.bill.bill_ref if self.bill else None,
            "pay_url": self.pay_url or None,
        }
        return {name: value for name, value in kept.items() if value}


class Malformed(ValueError):
    """This is not what the protocol says."""


def unknown(instruction: Instruction, code: str) -> Result:
    """Nothing is known, for this reason."""
    return Result(str(instruction.our_ref), instruction.kind, Status.UNKNOWN, code=code)


def failed(instruction: Instruction, code: str) -> Result:
    """It definitely did not happen, for this reason."""
    return Result(str(instruction.our_ref), instruction.kind, Status.FAILED, code=code)


def read(content: bytes, instruction: Instruction) -> Result:
    """A signed answer's body as a result; what cannot be read is unknown, with code `malformed`."""
    try:
        return read_data(parse_object(content), instruction)
    except Malformed:
        return unknown(instruction, "malformed")


def read_data(data: Mapping[str, Any], instruction: Instruction, *, event_type: str = "") -> Result:
    """A result object of an answer, an enquiry or a callback. Raises `Malformed`.

    Another amount, currency or kind than we asked for is not definite: status unknown, code `amount_differs`,
    `currency_differs`, `kind_differs`, with the amount they name.
    """
    if _words(data, "our_ref", longest=64).lower() != str(instruction.our_ref):
        raise Malformed("our_ref")
    if instruction.kind == Instruction.Kind.FETCH:
        return _read_fetch(data, instruction)
    if instruction.kind == Instruction.Kind.COLLECTION and "pay_url" in data:
        return _read_offer(data, instruction)
    if instruction.kind == Instruction.Kind.PAYOUT:
        return _read_payout(data, instruction, event_type)
    return _read_submitted(data, instruction, event_type)


def parse_object(content: bytes) -> dict[str, Any]:
    """A JSON object. Raises `Malformed`."""
    try:
        data = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise Malformed("json") from error
    if not isinstance(data, dict):
        raise Malformed("object")
    return data


def code_in(content: bytes, *, otherwise: str) -> str:
    """The machine-readable code of a refusal's body, where it has a proper one."""
    try:
        code = parse_object(content).get("code")
    except Malformed:
        return otherwise
    return code if isinstance(code, str) and _CODE.fullmatch(code) else otherwise


def line(value: Any, *, longest: int) -> str:
    """One printable line. Raises `Malformed`."""
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        raise Malformed("text")
    if CONTROLS.search(value) or LINE_CONTROLS.search(value) or any("\ud800" <= mark <= "\udfff" for mark in value):
        raise Malformed("characters")
    return value


def one_of(value: object, words: Container[str]) -> str:
    """One of the words that the protocol has here; a list is none either. Raises `Malformed`."""
    if not isinstance(value, str) or value not in words:
        raise Malformed("word")
    return value


def read_amount(value: Any, currency: str) -> Money:
    """A decimal string as money: digits, at most as many decimals as the currency has. Raises `Malformed`."""
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise Malformed("amount")
    minor = Decimal(value).scaleb(minor_digits(currency))
    if minor != minor.to_integral_value():
        raise Malformed("amount")
    return Money(int(minor), currency)


def instant(value: Any) -> dt.datetime:
    """A time with its zone, in a year that stays one in every zone. Raises `Malformed`."""
    try:
        at = dt.datetime.fromisoformat(line(value, longest=40))
    except ValueError as error:
        raise Malformed("time") from error
    if at.tzinfo is None:
        raise Malformed("time without zone")
    if not dt.MINYEAR < at.year < dt.MAXYEAR:
        raise Malformed("time")
    return at


def _read_submitted(data: Mapping[str, Any], instruction: Instruction, event_type: str) -> Result:
    status = one_of(data.get("status"), SUBMITTED_STATUSES)
    if event_type == "transaction.reversed":
        status = Status.REVERSED
    elif event_type and event_type != f"transaction.{status}":
        raise Malformed("event_type")
    result = Result(
        our_ref=str(instruction.our_ref),
        kind=instruction.kind,
        status=Status(status),
        provider_ref=_words(data, "provider_ref", longest=64),
        amount=_amount_of(data, instruction),
        code=_code(data) if status == "failed" else "",
        biller_receipt_no=_words_or_none(data, "biller_receipt_no", longest=64) or "",
        completed_at=_instant_or_none(data, "completed_at"),
    )
    disagreement = _disagreement(data, result, instruction)
    if disagreement:
        return Result(
            result.our_ref, result.kind, Status.UNKNOWN, result.provider_ref, result.amount, code=disagreement
        )
    return result


def _read_payout(data: Mapping[str, Any], instruction: Instruction, event_type: str) -> Result:
    """`paid`, `failed` and `returned` of callbacks and files; a callback names no amount."""
    said = one_of("returned" if event_type == "transaction.reversed" else data.get("status"), PAYOUT_STATUSES)
    if event_type not in {"", f"payout.{said}", "transaction.reversed"}:
        raise Malformed("status")
    status = Status(PAYOUT_STATUSES[said])
    amount = _amount_of(data, instruction) if data.get("amount") is not None else None
    result = Result(
        our_ref=str(instruction.our_ref),
        kind=instruction.kind,
        status=status,
        provider_ref=_words_or_none(data, "provider_ref", longest=64) or "",
        amount=amount,
        code=_return_code(data) if status in {Status.FAILED, Status.REVERSED} else "",
        completed_at=_instant_or_none(data, "completed_at"),
    )
    disagreement = _disagreement({"kind": instruction.kind, **data}, result, instruction)
    if disagreement:
        return Result(result.our_ref, result.kind, Status.UNKNOWN, result.provider_ref, amount, code=disagreement)
    return result


def _return_code(data: Mapping[str, Any]) -> str:
    return _code({"code": data.get("return_code") or data.get("code")})


def _disagreement(data: Mapping[str, Any], result: Result, instruction: Instruction) -> str:
    if data.get("kind") != instruction.kind:
        return "kind_differs"
    if result.amount is None:
        return ""
    if result.amount.currency != instruction.request["currency"]:
        return "currency_differs"
    asked = read_amount(instruction.request["amount"], instruction.request["currency"])
    return "" if result.amount == asked else "amount_differs"


def _amount_of(data: Mapping[str, Any], instruction: Instruction) -> Money | None:
    if instruction.kind in WITHOUT_AMOUNT:
        return None
    currency = data.get("currency")
    if not isinstance(currency, str) or not re.fullmatch("[A-Z]{3}", currency):
        raise Malformed("currency")
    if currency != instruction.request["currency"]:
        # Their decimals are not ours to guess: the amount is shown to people as far as our currency can say it.
        return Money(0, currency)
    return read_amount(data.get("amount"), currency)


def _read_offer(data: Mapping[str, Any], instruction: Instruction) -> Result:
    url = _words(data, "pay_url", longest=300)
    if data.get("status") != "pending" or not url.startswith(("https://", "http://")):
        raise Malformed("offer")
    return Result(
        str(instruction.our_ref),
        instruction.kind,
        Status.PENDING,
        pay_url=url,
        expires_at=instant(data.get("expires_at")),
    )


def _read_fetch(data: Mapping[str, Any], instruction: Instruction) -> Result:
    said = data.get("result")
    if said == "processing":
        return Result(str(instruction.our_ref), instruction.kind, Status.PENDING)
    said = one_of(said, FETCH_RESULTS)
    return Result(
        our_ref=str(instruction.our_ref),
        kind=instruction.kind,
        status=Status(said),
        code=_code(data) if said == "failed" else "",
        bill=_read_bill(data.get("bill"), instruction.provider.currency) if said == "found" else None,
    )


def _read_bill(data: Any, currency: str) -> Bill:
    if not isinstance(data, dict) or data.get("currency") != currency:
        raise Malformed("bill")
    amount = read_amount(data.get("amount"), currency)
    if amount.minor <= 0:
        raise Malformed("amount")
    minimum = data.get("minimum_amount")
    return Bill(
        bill_ref=_words(data, "bill_ref", longest=64),
        customer_name=_words(data, "customer_name", longest=120),
        period=_words(data, "period", longest=20),
        due_date=_day_or_none(data.get("due_date")),
        amount=amount,
        minimum_amount=None if minimum is None else read_amount(minimum, currency),
        expires_at=instant(data.get("expires_at")),
    )


def _words(data: Mapping[str, Any], name: str, *, longest: int) -> str:
    return line(data.get(name), longest=longest)


def _words_or_none(data: Mapping[str, Any], name: str, *, longest: int) -> str | None:
    return None if data.get(name) is None else _words(data, name, longest=longest)


def _code(data: Mapping[str, Any]) -> str:
    code = data.get("code")
    return code if isinstance(code, str) and _CODE.fullmatch(code) else NO_CODE


def _instant_or_none(data: Mapping[str, Any], name: str) -> dt.datetime | None:
    return None if data.get(name) is None else instant(data[name])


def _day_or_none(value: Any) -> dt.date | None:
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(line(value, longest=10))
    except ValueError as error:
        raise Malformed("date") from error
