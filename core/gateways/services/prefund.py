"""Prefunded balances with providers: requested every 15 minutes, with an alert when they run low."""

import datetime as dt

import structlog
from django.db import transaction

from core.database.db import lock
from core.gateways import registry
from core.gateways.client import Answer
from core.gateways.models import Instruction, Provider
from core.gateways.results import Malformed, parse_object, read_amount
from core.hooks import LOW_PREFUND
from core.jobs.services import enqueue
from core.money import Money

logger = structlog.get_logger(__name__)

#: The code of a failure that says: what you hold with us is too little for this.
INSUFFICIENT = "insufficient_provider_balance"
TICK = dt.timedelta(minutes=15)


@transaction.atomic
def plan_balances(*, at: dt.datetime) -> None:
    """Have every balance asked for that means anything to us, once in each quarter of an hour."""
    tick = int(at.timestamp() // TICK.total_seconds())
    for provider in Provider.objects.order_by("pk"):
        if provider.asks_for_balance:
            _plan(provider, suffix=str(tick), at=at)


@transaction.atomic
def record_balance(*, provider: Provider, balance: Money, at: dt.datetime) -> Provider:
    """Keep what they say we hold with them. Below the alarm finance is told, once; above it, everything is well again.

    A balance that covers what was refused, and the least that we want there, opens the company again.
    """
    provider = lock(provider)
    provider.balance_minor, provider.balance_at = balance.minor, at
    if provider.refused_minor is not None and balance.minor >= provider.refused_minor:
        provider.refused_minor = None
    is_low = provider.prefund_alarm_minor is not None and balance.minor < provider.prefund_alarm_minor
    if is_low and provider.alarmed_at is None:
        provider.alarmed_at = at
        _alarm(provider, balance, at=at)
    elif not is_low:
        provider.alarmed_at = None
    provider.save(update_fields=["balance_minor", "balance_at", "refused_minor", "alarmed_at", "updated_at"])
    return provider


def note_insufficient(instruction: Instruction, *, at: dt.datetime) -> None:
    """They refused an order for want of balance: nothing more is sold through them until it covers such an order."""
    provider = lock(instruction.provider)
    request = instruction.request
    amount = read_amount(request["amount"], request["currency"]).minor if "amount" in request else 0
    if provider.refused_minor is None or amount > provider.refused_minor:
        provider.refused_minor = amount
        provider.save(update_fields=["refused_minor", "updated_at"])
    logger.warning("prefund_insufficient", provider=provider.code)
    _plan(provider, suffix=str(instruction.pk), at=at)


def read_balance(answer: Answer, provider: Provider) -> Money | None:
    """The balance in an answer; None where it cannot be read to the cent. It may be below nothing."""
    if answer.status != 200:
        return None
    try:
        said = parse_object(answer.content)
        if said.get("currency") != provider.currency:
            return None
        text = said.get("balance")
        is_debt = isinstance(text, str) and text.startswith("-")
        money = read_amount(str(text)[1:] if is_debt else text, provider.currency)
    except Malformed:
        return None
    return Money(-money.minor, money.currency) if is_debt else money


def _alarm(provider: Provider, balance: Money, *, at: dt.datetime) -> None:
    logger.warning("prefund_low", provider=provider.code)
    registry.tell_all(LOW_PREFUND, provider=provider, balance=balance, at=at)


def _plan(provider: Provider, *, suffix: str, at: dt.datetime) -> None:
    enqueue(
        "gateways.check_balance",
        dedupe_key=f"prefund:{provider.code}:{suffix}",
        payload={"provider": provider.pk},
        run_at=at,
    )
