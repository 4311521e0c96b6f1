"""What each trade adds to a payment; filled by `ecomnet/wiring.py`, so that payments know no trade by name."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from finance.fees.services import Accrual
from finance.payments.models import Payment
from ledger.services import Leg


@dataclass(frozen=True, slots=True)
class Distribution:
    """Where the money of a success goes: legs out of clearing, commission, and lines that the final slip adds."""

    legs: list[Leg]
    accruals: list[Accrual] = field(default_factory=list)
    slip_lines: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trade:
    """One purpose of payments.

    `distribute(payment=, provider=, result=, at=)` is called in the transaction of the success; the provider is the one
    who was told, and whose clearing holds the money. `ended(payment=, at=)` whenever a payment is decided or reversed.
    `days_to_ask_back(payment)`: so many days after it was done the company can still be asked to take it back, 0 being
    the day itself; None where no company has done anything that it could take back.
    """

    service: str
    distribute: Callable[..., Distribution]
    ended: Callable[[Payment, dt.datetime], None]
    days_to_ask_back: Callable[[Payment], int] | None = None


#: Purpose -> trade.
TRADES: dict[str, Trade] = {}
