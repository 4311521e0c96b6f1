"""Telling people: written with its cause, sent once, at a decent hour."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction

from core.crypto import decrypt, encrypt
from core.database.db import lock, lock_all
from core.database.many_rows import insert_unknown
from core.days import clock_in, day_in, instant_of
from core.fields import uuid7
from core.gateways.services import instruct
from core.history import record_change
from core.jobs.models import Job
from core.jobs.services import enqueue, enqueue_all
from core.models import Notice
from core.notices.templates import template_of
from core.state_machines import Machine

#: Nobody's phone rings between these hours of the reader's day, unless a code is waited for.
QUIET_FROM, QUIET_TO = dt.time(21, 0), dt.time(8, 0)
PHONE, SECRETS = "notice.phone", "notice.secrets"

State = Notice.State
UNDER_WAY = frozenset({State.WAITING, State.SENT})
MACHINE = Machine(
    "notice",
    State,
    {
        "send_notice": frozenset({State.WAITING}),
        "miss_notice": frozenset({State.WAITING}),
        "record_delivery": frozenset({State.SENT}),
    },
)


@dataclass(frozen=True, slots=True)
class Notification:
    """What one person is told: the same as the arguments of `notify`."""

    template: str
    params: dict[str, Any]
    language: str
    dedupe_key: str
    user: Any = None
    phone: Any = None
    link: str = ""
    use_by: dt.datetime | None = None
    zone: str = ""


@transaction.atomic
def notify(
    *,
    template: str,
    params: dict[str, Any],
    language: str,
    dedupe_key: str,
    at: dt.datetime,
    user: Any = None,
    phone: Any = None,
    link: str = "",
    use_by: dt.datetime | None = None,
    zone: str = "",
) -> Notice:
    """Tell a person something once: in the console of a user (or his id), by SMS to a phone, or both.

    The SMS leaves after the caller's commit, not between 21:00 and 08:00 in `zone` unless the template is urgent, and
    not after `use_by`. The same dedupe key again changes nothing and gives the first notice.
    """
    notice = _notice_of(Notification(template, params, language, dedupe_key, user, phone, link, use_by, zone), at)
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
    written = Notice.objects.get(dedupe_key=dedupe_key)
    if written.state == State.WAITING:
        _send_later(written)
    return written


@transaction.atomic
def notify_all(*, notifications: Sequence[Notification], at: dt.datetime) -> None:
    """Tell many people something, each once, in a few statements: the same as `notify` for each, for batches."""
    first = {each.dedupe_key: each for each in reversed(notifications)}  # of two with one key
    notices = {each.dedupe_key: _notice_of(each, at) for each in notifications if first[each.dedupe_key] is each}
    for key, pk in insert_unknown(list(notices.values()), back="dedupe_key"):
        notices[key].pk = pk
    fresh = [notice for notice in notices.values() if notice.pk is not None]
    enqueue_all([Job(**_job_of(notice)) for notice in fresh if notice.state == State.WAITING])


def _notice_of(content: Notification, at: dt.datetime) -> Notice:
    text = template_of(content.template)
    secrets = {name: str(content.params[name]) for name in text.secrets if name in content.params}
    notice = Notice(
        user=getattr(content.user, "pk", content.user),
        language=content.language,
        template=content.template,
        params={name: value for name, value in content.params.items() if name not in secrets},
        link=content.link,
        dedupe_key=content.dedupe_key,
        zone=content.zone or settings.ECOMNET_ZONE,
        send_at=at,
        use_by=content.use_by,
        state=State.SHOWN,
    )
    if content.phone:
        _address(notice, str(content.phone), secrets)
        notice.send_at = at if text.is_urgent else decent_hour(notice.zone, at)
        notice.state = State.WAITING
    return notice


def _address(notice: Notice, phone: str, secrets: dict[str, str]) -> None:
    notice.phone_cipher, notice.phone_key_no = encrypt(phone, context=PHONE)
    notice.phone_tail = phone[-4:]
    notice.our_ref = uuid7()
    if secrets:
        notice.secrets_cipher, notice.secrets_key_no = encrypt(json.dumps(secrets), context=SECRETS)


def _send_later(notice: Notice) -> None:
    enqueue(**_job_of(notice))


def _job_of(notice: Notice) -> dict[str, Any]:
    return {
        "kind": "notices.send_notice",
        "dedupe_key": f"notice:{notice.pk}:{notice.send_at.isoformat()}",
        "payload": {"notice": notice.pk},
        "run_at": notice.send_at,
        "is_patient": not template_of(notice.template).is_urgent,
    }


def decent_hour(zone: str, at: dt.datetime) -> dt.datetime:
    """This instant, or 08:00 of the coming morning when it is night in the zone."""
    clock = clock_in(zone, at)
    if QUIET_TO <= clock < QUIET_FROM:
        return at
    morning = day_in(zone, at) + dt.timedelta(days=1 if clock >= QUIET_FROM else 0)
    return instant_of(zone, morning, QUIET_TO)


@transaction.atomic
def send_notice(*, notice: Notice, at: dt.datetime) -> Notice:
    """Hand a waiting notice to the SMS provider; too late it is missed, at night it waits for the morning."""
    notice = lock(notice)
    if not MACHINE.allows("send_notice", notice.state):
        return notice
    if notice.use_by and notice.use_by < at:
        return _change(notice, State.MISSED, at=at)
    text = template_of(notice.template)
    send_at = at if text.is_urgent else decent_hour(notice.zone, at)
    if send_at > at:
        notice.send_at = send_at
        notice.save(update_fields=["send_at", "updated_at"])
        _send_later(notice)
        return notice
    _instruct(notice, at)
    return _change(notice, State.SENT, at=at)


def _instruct(notice: Notice, at: dt.datetime) -> None:
    """The instruction names the notice; phone and words are put on the wire only (`message_of`)."""
    instruct(
        provider=settings.ECOMNET_SMS_PROVIDER,
        kind="message",
        path="/v1/messages",
        request={"template": notice.template, "language": notice.language},
        our_ref=cast(UUID, notice.our_ref),
        at=at,
    )


def message_of(our_ref: UUID) -> dict[str, str]:
    """What the SMS provider is asked to send, in the reader's language; always the same for the same reference."""
    notice = Notice.objects.get(our_ref=our_ref)
    return {
        "our_ref": str(notice.our_ref),
        "phone": decrypt(cast(bytes, notice.phone_cipher), cast(int, notice.phone_key_no), context=PHONE),
        "template": notice.template,
        "language": notice.language,
        "text": words_of(notice, secrets=_secrets(notice)),
    }


def words_of(notice: Notice, *, secrets: dict[str, str] | None = None, language: str = "") -> str:
    """The text in its reader's language, or in the one he reads just now; codes hidden unless they are given."""
    params = {**notice.params, **(secrets or {})}
    return template_of(notice.template).render(params, language=language or notice.language)


def _secrets(notice: Notice) -> dict[str, str]:
    if notice.secrets_cipher is None:
        return {}
    return json.loads(decrypt(notice.secrets_cipher, cast(int, notice.secrets_key_no), context=SECRETS))


def _change(notice: Notice, new: str, *, at: dt.datetime) -> Notice:
    record_change(notice, old=notice.state, new=new, at=at)
    notice.state = new
    if new not in UNDER_WAY:
        notice.secrets_cipher = notice.secrets_key_no = None
    notice.save(update_fields=["state", "secrets_cipher", "secrets_key_no", "updated_at"])
    return notice


@transaction.atomic
def record_delivery(*, instruction: Any, result: Any, source: str, at: dt.datetime) -> None:
    """Take the SMS provider's answer. A result that is not final, or comes a second time, changes nothing."""
    notice = lock(Notice.objects.get(our_ref=instruction.our_ref))
    final = {"succeeded": State.DELIVERED, "failed": State.FAILED}.get(result.status)
    if final and MACHINE.allows("record_delivery", notice.state):
        _change(notice, final, at=at)


@transaction.atomic
def close_late_notices(*, at: dt.datetime) -> int:
    """Mark what was not sent in time as missed, and forget the codes of messages that nobody confirmed in a day."""
    yesterday = at - dt.timedelta(days=1)
    Notice.objects.filter(state=State.SENT, secrets_cipher__isnull=False, send_at__lt=yesterday).update(
        secrets_cipher=None, secrets_key_no=None
    )
    late = lock_all(Notice.objects.filter(state__in=MACHINE.arrows["miss_notice"], use_by__lt=at))
    for notice in late:
        _change(notice, State.MISSED, at=at)
    return len(late)


@transaction.atomic
def mark_read(*, user: UUID, at: dt.datetime) -> int:
    """The person has looked at the page of messages: none of them is new any more; returns how many were."""
    return Notice.objects.filter(user=user, read_at=None, created_at__lte=at).update(read_at=at)
