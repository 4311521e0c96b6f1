"""The prefunded balance with a company: each order reduces it, a reversal restores it."""

from decimal import Decimal, InvalidOperation
from typing import Any

from core.gateways.sandbox.store import Store

USUAL = 1_000_000_00
#: Orders that the balance pays.
PAID_FROM_IT = frozenset({"bill", "recharge"})


def minor(amount: str) -> int:
    """A decimal string in hundredths."""
    return int(Decimal(amount) * 100)


def left(store: Store, provider: str) -> int:
    """What is left, in hundredths."""
    row = store.one("SELECT minor FROM balances WHERE provider = ?", provider)
    return row["minor"] if row else USUAL


def covers(store: Store, provider: str, kind: str, amount: str) -> bool:
    """Whether this order can be paid."""
    return kind not in PAID_FROM_IT or minor(amount) <= left(store, provider)


def move(store: Store, provider: str, by: int) -> None:
    """Let the balance grow, or shrink."""
    keep(store, provider, left(store, provider) + by)


def keep(store: Store, provider: str, now: int) -> None:
    """The balance is this much now."""
    store.run(
        "INSERT INTO balances VALUES (?, ?) ON CONFLICT (provider) DO UPDATE SET minor = excluded.minor", provider, now
    )


def wanted(text: Any) -> int | None:
    """A balance that was asked for by the remote control; None when it is none."""
    try:
        return minor(text) if isinstance(text, str) else None
    except (InvalidOperation, ValueError, OverflowError):
        return None
