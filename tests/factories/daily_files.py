"""The daily file of a provider."""

from decimal import Decimal

from core.money import minor_digits
from finance.models import Payment


def daily_file(*lines: str, date: str, currency: str = "CNY", **spoilt: str) -> bytes:
    """A daily file of JS-POWER with these lines (without `D` and number); `spoilt` replaces header or trailer."""
    digits = minor_digits(currency)
    rows = [f"D,{number},{line}" for number, line in enumerate(lines, start=1)]
    cells = [line.split(",") for line in lines]
    signs = {"succeeded": 1, "reversed": -1}
    total = sum(signs.get(row[3], 0) * Decimal(row[4]) for row in cells)
    fee = sum(Decimal(row[5]) for row in cells)
    header = spoilt.get("header", f"H,1,JS-POWER,{date},{currency},{date}T22:00:00Z")
    trailer = spoilt.get("trailer", f"T,{len(rows)},{total:.{digits}f},{fee:.{digits}f}")
    return "\n".join([header, *rows, trailer, ""]).encode()


def file_line(payment: Payment | str, status: str = "succeeded", amount: str = "") -> str:
    """What a daily file says of a payment."""
    our_ref = payment if isinstance(payment, str) else payment.pk
    amount = amount or str(payment.amount)
    return f"P-{str(our_ref)[-6:]},{our_ref},bill,{status},{amount},0.00,2026-11-24T05:00:00Z"
