"""Terms and schedules as JSON documents: amounts as decimal strings, dates as ISO 8601, rates in ppm."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any

from core.money import is_currency, minor_digits
from finance.loans.schedules.plans import Schedule
from finance.loans.schedules.refusals import TermsMalformed
from finance.loans.schedules.terms import Period, RateChange, SeasonalShare, Terms

AMOUNTS = ("principal", "money_step", "keep")
NUMBERS = ("rate_ppm", "installments", "grace_principal", "grace_interest_rows", "fixed_share_ppm", "rows_passed")
WORDS = (
    "rounding",
    "principal_method",
    "interest_method",
    "day_count",
    "grace_interest",
    "business_day_rule",
)
DATES = ("schedule_start", "disbursed_on", "first_due_on")
REQUIRED = ("currency", "principal", "rate_ppm", "installments", "schedule_start", "principal_method", "day_count")
KNOWN = {"currency", "every", "seasonal_table", "rate_changes", *AMOUNTS, *NUMBERS, *WORDS, *DATES}
BEYOND = 18


def read_terms(document: Mapping[str, Any]) -> Terms:
    """The terms of one `input` object. Raises `TermsMalformed` (422), which names the field."""
    _refuse(next((name for name in REQUIRED if document.get(name) is None), None))
    _refuse(next((name for name in document if name not in KNOWN), None))
    currency = document["currency"]
    _refuse(None if isinstance(currency, str) and is_currency(currency) else "currency")
    given: dict[str, Any] = {"money_step": 1}
    readers: list[tuple[tuple[str, ...], Callable[[str, Any], Any]]] = [
        (AMOUNTS, lambda name, value: _amount(name, value, currency)),
        (NUMBERS, _number),
        (WORDS, _word),
        (DATES, _date),
    ]
    for names, reader in readers:
        given |= {name: reader(name, document[name]) for name in names if document.get(name) is not None}
    if document.get("every") is not None:
        every = _object("every", document["every"])
        given["every"] = Period(_number("every", every.get("count")), _word("every", every.get("unit")))
    given["seasonal_table"] = tuple(
        SeasonalShare(
            _number("seasonal_table", share.get("principal_ppm")), _number("seasonal_table", share.get("interest_ppm"))
        )
        for share in _objects("seasonal_table", document)
    )
    given["rate_changes"] = tuple(
        RateChange(_date("rate_changes", change.get("valid_from")), _number("rate_changes", change.get("rate_ppm")))
        for change in _objects("rate_changes", document)
    )
    if given["seasonal_table"] and "grace_principal" not in given:
        given["grace_principal"] = given["installments"] - len(given["seasonal_table"])
    return Terms(**given)


def write_schedule(schedule: Schedule, *, currency: str) -> dict[str, Any]:
    """Rows and totals; amounts have as many decimals as the money step needs."""
    digits = minor_digits(currency)
    decimals = next(count for count in range(digits + 1) if schedule.terms.money_step % 10 ** (digits - count) == 0)

    def text(minor: int) -> str:
        return f"{Decimal(minor).scaleb(-digits):.{decimals}f}"

    rows = []
    for row in schedule.rows:
        written: dict[str, Any] = {
            "n": row.n,
            "start": row.start.isoformat(),
            "end": row.end.isoformat(),
            "due": row.due.isoformat(),
            "principal": text(row.principal),
            "interest": text(row.interest),
            "payment": text(row.payment),
            "balance": text(row.balance),
        }
        if row.capitalised:
            written["capitalised"] = text(row.capitalised)
        if row.calendar_unconfirmed:
            written["calendar_unconfirmed"] = True
        rows.append(written)
    return {
        "rows": rows,
        "total_interest": text(schedule.total_interest),
        "total_payment": text(schedule.total_payment),
    }


def write_terms(terms: Terms, *, currency: str) -> dict[str, Any]:
    """Terms as a document from which `read_terms` reads the same; nothing is left out."""
    digits = minor_digits(currency)
    written: dict[str, Any] = {"currency": currency}
    written |= {name: f"{Decimal(getattr(terms, name)).scaleb(-digits):f}" for name in AMOUNTS}
    written |= {name: getattr(terms, name) for name in (*NUMBERS, *WORDS)}
    written |= {name: value.isoformat() for name in DATES if (value := getattr(terms, name)) is not None}
    written["every"] = {"count": terms.every.count, "unit": terms.every.unit}
    written["seasonal_table"] = [asdict(share) for share in terms.seasonal_table]
    written["rate_changes"] = [
        {"valid_from": change.valid_from.isoformat(), "rate_ppm": change.rate_ppm} for change in terms.rate_changes
    ]
    return written


def _refuse(name: str | None) -> None:
    if name is not None:
        raise TermsMalformed(field=name, term=name)


def _amount(name: str, value: Any, currency: str) -> int:
    try:
        exact = Decimal(value) if isinstance(value, str) else Decimal("NaN")
        minor = exact.scaleb(minor_digits(currency)) if exact.adjusted() < BEYOND else Decimal("NaN")
    except InvalidOperation:
        minor = Decimal("NaN")
    if not minor.is_finite() or minor != minor.to_integral_value():
        raise TermsMalformed(field=name, term=name)
    return int(minor)


def _number(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TermsMalformed(field=name, term=name)
    return value


def _word(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise TermsMalformed(field=name, term=name)
    return value


def _date(name: str, value: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise TermsMalformed(field=name, term=name) from None


def _object(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TermsMalformed(field=name, term=name)
    return value


def _objects(name: str, document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    values = document.get(name) or []
    _refuse(None if isinstance(values, list) else name)
    return [_object(name, value) for value in values]
