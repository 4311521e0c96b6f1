"""The company's records of a transaction, and of the payments on an account."""

from decimal import Decimal
from typing import Any

from core.gateways.sandbox.catalogue import Account
from core.gateways.sandbox.store import Store


def find(store: Store, provider: str, our_ref: str) -> Any:
    """The transaction under this reference; None when nothing of it has arrived."""
    return store.one("SELECT * FROM transactions WHERE provider = ? AND our_ref = ?", provider, our_ref)


def paid(store: Store, account: Account, period: str) -> Decimal:
    """What has been paid on the bill of a period, or will have been."""
    rows = store.all(
        "SELECT amount FROM transactions WHERE account = ? AND period = ? AND reversed_at IS NULL"
        " AND (status = 'succeeded' OR (status = 'pending' AND completes_as = 'succeeded'))",
        account.key,
        period,
    )
    return sum((Decimal(row["amount"]) for row in rows), Decimal(0))


def given_back(store: Store, provider: str, original_ref: str) -> Decimal:
    """What has been given back of a transaction, or will have been."""
    rows = store.all(
        "SELECT amount FROM transactions WHERE provider = ? AND original_ref = ? AND status != 'failed'",
        provider,
        original_ref,
    )
    return sum((Decimal(row["amount"]) for row in rows), Decimal(0))
