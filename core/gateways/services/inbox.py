"""Callbacks: stored raw before processing, once for each event."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, refuses
from core.gateways import signing
from core.gateways.client import secret_of
from core.gateways.models import Callback, Provider
from core.gateways.results import Malformed, line, parse_object
from core.gateways.services.answers import Effect, record_result
from core.gateways.signing import BadSignature, ReplayedNonce, StaleTimestamp
from core.hooks import CALLBACKS
from core.jobs.services import enqueue

logger = structlog.get_logger(__name__)

KEPT_HEADERS = (signing.KEY_ID, signing.TIMESTAMP, signing.NONCE, signing.SIGNATURE)

_STATE_AFTER = {
    Effect.APPLIED: Callback.State.APPLIED,
    Effect.IGNORED: Callback.State.IGNORED,
    Effect.CONTRADICTS: Callback.State.CONTRADICTS,
    Effect.STRAY: Callback.State.APPLIED,
    Effect.MALFORMED: Callback.State.IGNORED,
}
_NOTES = {Effect.STRAY: "unknown reference", Effect.MALFORMED: "not as the protocol says"}


class MalformedCallback(Refused):
    """Signed, but not a callback: without an event id it cannot even be stored once."""

    code = "invalid"
    status = 400
    message = _("This is not a callback of the protocol.")


@refuses(BadSignature, StaleTimestamp, ReplayedNonce, MalformedCallback)
@transaction.atomic
def receive_callback(
    *, provider_code: str, headers: Mapping[str, str], method: str, target: str, body: bytes, at: dt.datetime
) -> bool:
    """Check the signature over these bytes and store them; whether this event is new.

    Raises `BadSignature` (also for a provider that we do not know), `StaleTimestamp`, `ReplayedNonce` (401),
    `MalformedCallback` (400). After a refusal nothing is stored.
    """
    provider = check_signature(
        provider_code=provider_code, headers=headers, method=method, target=target, body=body, at=at
    )
    kept = {name: headers[name] for name in KEPT_HEADERS}
    return store_callback(provider=provider, headers=kept, body=body, at=at)


@refuses(BadSignature, StaleTimestamp, ReplayedNonce)
def check_signature(
    *, provider_code: str, headers: Mapping[str, str], method: str, target: str, body: bytes, at: dt.datetime
) -> Provider:
    """Whose bytes these are, compared before anything is read of them; each nonce counts once.

    Raises `BadSignature` (also for a provider that we do not know), `StaleTimestamp`, `ReplayedNonce` (401).
    """
    provider = Provider.objects.filter(code=provider_code).first()
    if provider is None:
        raise signing.BadSignature
    nonce = signing.verify(
        headers=headers,
        key_id=provider.key_id,
        secret=_secret_of(provider),
        method=method,
        target=target,
        body=body,
        at=at,
    )
    signing.claim_nonce(provider=provider, nonce=nonce, at=at)
    return provider


@refuses(MalformedCallback)
@transaction.atomic
def store_callback(*, provider: Provider, headers: dict[str, str], body: bytes, at: dt.datetime) -> bool:
    """Store a checked callback raw, with the job that applies it; False if this event is there already.

    Raises `MalformedCallback` (400).
    """
    try:
        data = parse_object(body)
        event_id, event_type = line(data.get("event_id"), longest=80), line(data.get("event_type"), longest=40)
        our_ref = line(_result_in(data).get("our_ref"), longest=64)
    except Malformed as error:
        raise MalformedCallback from error
    try:
        with transaction.atomic():
            callback = Callback.objects.create(
                provider=provider,
                event_id=event_id,
                event_type=event_type,
                our_ref=our_ref,
                headers=headers,
                body=body,
                received_at=at,
            )
    except IntegrityError:
        return False
    enqueue(
        "gateways.apply_callback",
        dedupe_key=f"callback:{provider.code}:{event_id}",
        payload={"callback": callback.pk},
        run_at=at,
    )
    return True


@transaction.atomic
def apply_callback(*, callback: Callback, at: dt.datetime) -> Effect | None:
    """Make of a stored callback what it means; None when that was done before."""
    callback = lock(callback)
    if callback.state != Callback.State.STORED:
        return None
    effect = _effect_of(callback, _result_in(parse_object(bytes(callback.body))), at=at)
    callback.state, callback.note = _STATE_AFTER[effect], _NOTES.get(effect, "")
    callback.save(update_fields=["state", "note", "updated_at"])
    return effect


def _effect_of(callback: Callback, said: dict[str, Any], *, at: dt.datetime) -> Effect:
    """The end of one of our instructions, news of something else that an app above hears, or nothing known."""
    subject = callback.event_type.partition(".")[0]
    if subject in {"transaction", "payout"}:
        return record_result(
            provider=callback.provider,
            our_ref=callback.our_ref,
            data=said,
            event_type=callback.event_type,
            source="callback",
            at=at,
        )
    hear = CALLBACKS.get(subject)
    return Effect(import_string(hear)(callback=callback, said=said, at=at)) if hear else Effect.IGNORED


@transaction.atomic
def apply_again(*, callback: Callback, at: dt.datetime) -> None:
    """Let a callback be applied once more, on a person's wish; what it had changed is not changed twice."""
    callback = lock(callback)
    callback.state = Callback.State.STORED
    callback.save(update_fields=["state", "updated_at"])
    enqueue(
        "gateways.apply_callback",
        dedupe_key=f"callback-again:{callback.pk}:{int(at.timestamp() * 1000)}",
        payload={"callback": callback.pk},
        run_at=at,
    )


def _secret_of(provider: Provider) -> str:
    try:
        return secret_of(provider)
    except ImproperlyConfigured as error:
        logger.error("provider_without_secret", provider=provider.code)
        raise signing.BadSignature from error


def _result_in(data: dict[str, Any]) -> dict[str, Any]:
    result = data.get("data")
    if not isinstance(result, dict):
        raise Malformed("data")
    return result
