"""What finance's slices ask of the apps above and of each other; `ecomnet/wiring.py` gives the answers.

Payments know no trade by name: each trade says here what it adds to a payment.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.hooks import Hook, KeyedHook
from core.money import Money
from finance.fees.models import CommissionLine
from finance.payments.models import Payment
from ledger.services import Leg
from stations.network.models import Station


@dataclass(frozen=True, slots=True)
class Accrual:
    """Lines to store and legs to post, for the caller's own group."""

    lines: list[CommissionLine]
    legs: list[Leg]

    def of(self, payee: UUID, currency: str) -> Money:
        """What one payee gets of it."""
        return Money(sum(line.amount_minor for line in self.lines if line.payee == payee), currency)


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


@dataclass(frozen=True, slots=True)
class SinglePayout:
    """One purpose of payouts that are sent to the bank one by one, outside a batch.

    `answered(instruction=, result=, source=, at=)` is called for every word of the bank; `body(our_ref)` gives what the
    bank is told besides amount and reference, which is not stored with the instruction.
    """

    answered: Callable[..., None]
    body: Callable[[UUID], dict[str, str]]


SINGLE_PAYOUTS: KeyedHook[SinglePayout] = KeyedHook(
    "finance.single_payouts", "Purpose of a payout without a batch -> SinglePayout; asked when it is sent and answered."
)
TRADES: KeyedHook[Trade] = KeyedHook(
    "finance.trades", "Purpose of a payment -> Trade; asked when a payment is decided, reversed or asked back."
)
UNDECIDED: Hook[Callable[[Station, dt.datetime | None], list[Payment]]] = Hook(
    "finance.undecided",
    "f(station, at): the payments that are not decided, now or at the instant `at`; asked for the close sheet.",
)
REMINDERS: Hook[Callable[[Station, dt.datetime], list[str]]] = Hook(
    "finance.reminders", "f(station, at) -> [sentence]: what the person at the drawer should know; asked by its page."
)
VARIANCE_REFUNDS: Hook[Callable[..., Any]] = Hook(
    "finance.variance_refunds",
    "f(*, over_short, at) -> refund: owes the money to the payer of `owner_payment`. Called in the transaction that "
    "returns a surplus.",
    single=True,
)
PAYEE_NAMES: Hook[Callable[[Iterable[str]], dict[str, str]]] = Hook(
    "finance.payee_names", "f(payees) -> {payee: name} of those that finance does not know; no app registers one yet."
)
