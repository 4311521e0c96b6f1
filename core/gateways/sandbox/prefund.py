"""The prefunded balance with a company: each order reduces it, a reversal restores it."""

from decimal import InvalidOperation
from typing import Any

from core.gateways.sandbox.countries import country_of
from core.gateways.sandbox.store import Store

#: A million of the currency.
USUAL = 1_000_000
#: Orders that the balance pays.
PAID_FROM_IT = frozenset({"bill", "recharge"})


def minor(provider: str, amount: str) -> int:
    """A decimal string in minor units of the company's currency."""
    return country_of(provider).minor(amount)


def left(store: Store, provider: str) -> int:
    """What is left, in minor units."""
    row = store.one("SELECT minor FROM balances WHERE provider = ?", provider)
    return row["minor"] if row else USUAL * 10 ** country_of(provider).decimals


def covers(store: Store, provider: str, kind: str, amount: str) -> bool:
    """Whether this order can be paid."""
    return kind not in PAID_FROM_IT or minor(provider, amount) <= left(store, provider)


def move(store: Store, provider: str, by: int) -> None:
    """Let the balance grow, or shrink."""
    keep(store, provider, left(store, provider) + by)


def keep(store: Store, provider: str, now: int) -> None:
    """The balance is this much now."""
    store.run(
        "INSERT INTO balances VALUES (?, ?) ON CONFLICT (provider) DO UPDATE SET minor = excluded.minor", provider, now
    )


def wanted(provider: str, text: Any) -> int | None:
    """A balance that was asked for by the remote control; None when it is none."""
    try:
        return minor(provider, text) if isinstance(text, str) else None
    except (InvalidOperation, ValueError, OverflowError):
        return None
