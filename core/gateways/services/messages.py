"""Messages that people send us: checked and stored once, then passed to the handler of their first word."""

import datetime as dt
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from core.crypto import decrypt, encrypt
from core.database.db import lock
from core.errors import refuses
from core.gateways.models import InboundMessage
from core.gateways.results import Malformed, line, parse_object
from core.gateways.services.inbox import MalformedCallback, check_signature
from core.gateways.signing import BadSignature, ReplayedNonce, StaleTimestamp
from core.hooks import MESSAGES
from core.jobs.services import enqueue

PHONE = "inbound_message.phone"
LONGEST_TEXT, LONGEST_WORD = 500, 20


@refuses(BadSignature, StaleTimestamp, ReplayedNonce, MalformedCallback)
@transaction.atomic
def receive_message(
    *, provider_code: str, headers: Mapping[str, str], method: str, target: str, body: bytes, at: dt.datetime
) -> bool:
    """Check the signature over these bytes and store what they say; whether this message is new.

    Of the words only the first is kept. Raises `BadSignature`, `StaleTimestamp`, `ReplayedNonce` (401),
    `MalformedCallback` (400); after a refusal nothing is stored.
    """
    provider = check_signature(
        provider_code=provider_code, headers=headers, method=method, target=target, body=body, at=at
    )
    try:
        message_id, phone, word = _read(parse_object(body))
    except Malformed as error:
        raise MalformedCallback from error
    cipher, key_no = encrypt(phone, context=PHONE)
    try:
        with transaction.atomic():
            message = InboundMessage.objects.create(
                provider=provider,
                message_id=message_id,
                phone_cipher=cipher,
                phone_key_no=key_no,
                phone_tail=phone[-4:],
                word=word,
                received_at=at,
            )
    except IntegrityError:
        return False
    enqueue(
        "gateways.apply_message",
        dedupe_key=f"message:{provider.code}:{message_id}",
        payload={"message": message.pk},
        run_at=at,
    )
    return True


@transaction.atomic
def apply_message(*, message: InboundMessage, at: dt.datetime) -> bool | None:
    """Let everybody who listens hear a stored message; None when that was done before."""
    message = lock(message)
    if message.state != InboundMessage.State.STORED:
        return None
    said: dict[str, Any] = {
        "phone": decrypt(message.phone_cipher, message.phone_key_no, context=PHONE),
        "word": message.word,
        "message_id": f"{message.provider_id}:{message.message_id}",
        "at": at,
    }
    understood = False
    for path in MESSAGES:  # everybody hears it, also after somebody has understood
        understood = import_string(path)(**said) or understood
    message.state = InboundMessage.State.APPLIED if understood else InboundMessage.State.IGNORED
    message.save(update_fields=["state", "updated_at"])
    return understood


def _read(data: dict[str, Any]) -> tuple[str, str, str]:
    """Message id, phone (E.164) and the first word, folded: full-width digits count as usual ones."""
    phone = line(data.get("phone"), longest=20)
    text = data.get("text")
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise Malformed("text")
    words = unicodedata.normalize("NFKC", text).split()
    word = "".join(mark for mark in (words[0] if words else "") if mark.isprintable())[:LONGEST_WORD]
    return line(data.get("message_id"), longest=80), phone if phone.startswith("+") else f"+{phone}", word
