"""Devices and sessions, and their end."""

import datetime as dt

from django.db import transaction
from django.db.models import F

from core.database.db import lock
from core.errors import WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.notices.services import notify
from core.notices.templates import in_each_language
from core.state_machines import Machine
from stations.accounts.models import Device, DevicePin, User
from stations.accounts.services import journal

State = Device.State

DEVICE = Machine(
    name="device",
    states=State,
    arrows={
        "quarantine_device": frozenset({State.ACTIVE}),
        "release_device": frozenset({State.QUARANTINED}),
        "revoke_device": frozenset({State.ACTIVE, State.QUARANTINED}),
    },
)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def quarantine_device(*, device: Device, actor: User | None, at: dt.datetime, reason: str) -> Device:
    """Something is odd about a device (a copy of it seems to be about): nothing on it counts until it is released.

    Without an actor the system noticed it.
    """
    device = _move(device, "quarantine_device", State.QUARANTINED, actor, at, reason)
    _tell_people(device, "device_quarantined", actor, at)
    return device


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def release_device(*, device: Device, actor: User, at: dt.datetime, reason: str) -> Device:
    """The county has looked: the device works again, its PINs and sessions too."""
    return _move(device, "release_device", State.ACTIVE, actor, at, reason)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def revoke_device(*, device: Device, actor: User, at: dt.datetime, reason: str) -> Device:
    """A lost or sold device: its tokens, its PINs and the sessions on it count no longer, from this instant.

    Everybody who has signed in on it is told. Refused: `wrong_state` when it was revoked before.
    """
    device = _move(device, "revoke_device", State.REVOKED, actor, at, reason)
    _tell_people(device, "device_revoked", actor, at)
    return device


@transaction.atomic
def end_sessions(*, user: User, actor: User, at: dt.datetime, reason: str) -> None:
    """End every session and token of a person at once, on all devices."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    record_change(user, old="signed_in", new="sessions_ended", at=at, actor=actor.pk, reason=reason)
    journal.note("sessions_ended", user=user, by=str(actor.pk))


def _move(device: Device, verb: str, new: str, actor: User | None, at: dt.datetime, reason: str) -> Device:
    device = lock(device)
    DEVICE.check(verb, device.state)
    old, device.state = device.state, new
    device.save(update_fields=["state", "updated_at"])
    record_change(device, old=old, new=new, at=at, actor=actor.pk if actor else None, reason=reason)
    journal.note(verb, user=actor, device=device.pk)
    return device


def _tell_people(device: Device, template: str, actor: User | None, at: dt.datetime) -> None:
    """Anyone who worked on the device, but for who did this."""
    people = User.objects.filter(device_pins__in=DevicePin.objects.filter(device=device), is_active=True)
    others = people.exclude(pk=actor.pk) if actor else people
    for user in others.distinct():
        notify(
            template=template,
            params={"device": in_each_language(lambda: device.label)},
            language=user.language,
            user=user.pk,
            dedupe_key=f"{template}:{device.pk}:{user.pk}:{at.isoformat()}",
            at=at,
        )
