"""What a request to take money names."""

from typing import Any
from uuid import UUID

from core.access import load
from core.money import Money
from finance.fees.services import FeeQuote
from stations.accounts.models import User
from stations.models import Person


def payer_of(user: User, pk: UUID | None) -> Person | None:
    """The resident who pays, if one was named."""
    return load(Person.objects.select_related("household"), user, "stations.find_person", pk=pk) if pk else None


def amount_in(data: dict[str, Any], name: str, currency: str) -> Money | None:
    """An amount that was sent, if it was."""
    return data[name].in_currency(currency) if data.get(name) else None


def quote_in(data: dict[str, Any], amount: Money | None) -> FeeQuote | None:
    """The fee and the own part that were shown before confirming; None where they were not sent."""
    if "own_part" not in data or amount is None:
        return None
    return FeeQuote(amount, *(data[name].in_currency(amount.currency) for name in ("agent_fee", "own_part")))
