"""Devices and sessions, and their end."""

import datetime as dt

from django.db import transaction
from django.db.models import F

from core.db import lock
from core.history import record_change
from core.machines import Machine
from stations.accounts.models import Device, User

State = Device.State

DEVICE = Machine(
    name="device",
    states=State,
    arrows={"revoke_device": frozenset({State.ACTIVE, State.QUARANTINED})},
)


@transaction.atomic
def revoke_device(*, device: Device, actor: User, at: dt.datetime, reason: str) -> Device:
    """A lost or sold device: its tokens, its PINs and the sessions on it count no longer, from this instant.

    Refused: `wrong_state` when it was revoked before.
    """
    device = lock(device)
    DEVICE.check("revoke_device", device.state)
    old, device.state = device.state, State.REVOKED
    device.save(update_fields=["state", "updated_at"])
    record_change(device, old=old, new=device.state, at=at, actor=actor.pk, reason=reason)
    return device


@transaction.atomic
def end_sessions(*, user: User, actor: User, at: dt.datetime, reason: str) -> None:
    """End every session and token of a person at once, on all devices."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    record_change(user, old="signed_in", new="sessions_ended", at=at, actor=actor.pk, reason=reason)
