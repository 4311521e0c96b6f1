"""The circuit breaker: after five failures within a minute a provider rests for 30 s; then one call tests it."""

import datetime as dt
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.compiled_queries import compiled_query
from core.database.db import lock
from core.errors import ProviderDown, refuses
from core.gateways.models import Provider

logger = structlog.get_logger(__name__)

FAILURES = 5
WITHIN = dt.timedelta(seconds=60)
REST = dt.timedelta(seconds=30)


class PrefundLow(ProviderDown):
    """What we hold with the company does not cover more orders; every other company goes on."""

    message = _("%(provider)s is not accepting orders. No money was taken. Try again in 15 minutes.")
    retry_after = 900


@refuses(PrefundLow)
def ensure_up(provider: Provider, at: dt.datetime) -> None:
    """Refuse before anything is taken: `ProviderDown` (503) while it does not answer, or our prefund there is low."""
    fresh = _fresh(provider)
    _refuse_while_silent(fresh, at)
    if fresh.prefund_is_low:
        raise PrefundLow(provider=provider.title)


def ensure_answering(provider: Provider, at: dt.datetime) -> None:
    """Refuse while the breaker is open or a single call tries it: `ProviderDown` (503)."""
    _refuse_while_silent(_fresh(provider), at)


def _fresh(provider: Provider) -> Provider:
    """As it stands in the database now; a row in hand may be old."""
    return _by_id.get(provider.pk)


@compiled_query
def _by_id(pk: Any) -> QuerySet[Provider]:
    return Provider.objects.filter(pk=pk)


def _refuse_while_silent(provider: Provider, at: dt.datetime) -> None:
    silent_until = _silent_until(provider)
    if silent_until is None or at >= silent_until:
        return
    refusal = ProviderDown(provider=provider.title)
    refusal.retry_after = max(1, round((silent_until - at).total_seconds()))
    raise refusal


def _silent_until(provider: Provider) -> dt.datetime | None:
    """When a call may be tried again; None while the breaker is closed."""
    return None if provider.breaker_opened_at is None else provider.breaker_opened_at + REST


def admit(*, provider: Provider, at: dt.datetime) -> bool:
    """Whether a call may be made now, of a provider that was just read. Of many that ask after the rest, one is let
    through.
    """
    if provider.breaker == Provider.Breaker.CLOSED:
        return True
    fresh = _fresh(provider)
    silent_until = _silent_until(fresh)
    if silent_until is None:
        return True
    if at < silent_until:
        return False
    as_read = Provider.objects.filter(pk=fresh.pk, breaker=fresh.breaker, breaker_opened_at=fresh.breaker_opened_at)
    return as_read.update(breaker=Provider.Breaker.HALF_OPEN, breaker_opened_at=at) == 1


@transaction.atomic
def note_trouble(*, provider: Provider, at: dt.datetime) -> None:
    """One unknown or unreachable call: the fifth within a minute opens the breaker, a failed trial opens it again."""
    provider = lock(provider)
    recent = [*(failed for failed in provider.breaker_failed_at if at - failed <= WITHIN), at]
    is_trial = provider.breaker == Provider.Breaker.HALF_OPEN
    if provider.breaker == Provider.Breaker.OPEN:
        return
    if is_trial or len(recent) >= FAILURES:
        provider.breaker, provider.breaker_opened_at, recent = Provider.Breaker.OPEN, at, []
        logger.warning("breaker_opened", provider=provider.code)
    provider.breaker_failed_at = recent
    provider.save(update_fields=["breaker", "breaker_opened_at", "breaker_failed_at", "updated_at"])


def note_health(*, provider: Provider) -> None:
    """A signed answer: a trial that succeeds closes the breaker. Asks nothing of one that was well before the call."""
    if provider.breaker == Provider.Breaker.CLOSED:
        return
    tried = Provider.objects.filter(pk=provider.pk, breaker=Provider.Breaker.HALF_OPEN)
    if tried.update(breaker=Provider.Breaker.CLOSED, breaker_opened_at=None, breaker_failed_at=[]):
        logger.info("breaker_closed", provider=provider.code)
