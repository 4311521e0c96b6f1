"""What loans hear of payouts: a second delivery changes nothing."""

import datetime as dt
from typing import Any
from uuid import UUID

from core.events.models import Event
from core.money import Money
from finance.loans import services


def settle_collections(event: Event) -> None:
    """The bank has paid a payout: if it is a lender's, the lender's book says so."""
    services.settle_collections(**_about(event))


def return_collections(event: Event) -> None:
    """A payout came back: if it is a lender's, the lender's book is owed it again."""
    services.return_collections(**_about(event))


def _about(event: Event) -> dict[str, Any]:
    told = event.payload
    return {
        "payout": UUID(told["payout"]),
        "payee": told["payee"],
        "amount": Money(told["amount_minor"], told["currency"]),
        "at": dt.datetime.fromisoformat(told["at"]),
    }
