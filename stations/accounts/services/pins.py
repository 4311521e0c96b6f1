"""The six digits of a person on one device."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.datakeys.encrypted_columns import INDEX
from core.errors import CodeLocked, CodeWrong, Refused, refuses
from core.history import record_change
from stations.accounts.models import Device, DevicePin, User
from stations.accounts.services import journal, secrets

TRIES = 5
PIN_DIGITS = 6
RUNS = ("01234567890", "09876543210")


class PinTooEasy(Refused):
    """A PIN that everybody tries first."""

    code = "pin_too_easy"
    status = 422
    message = _("This PIN is easy to guess. Choose six digits that are not all the same and not in sequence.")


class PinMalformed(Refused):
    """Not six digits."""

    code = "pin_malformed"
    status = 422
    message = _("A PIN has six digits.")


class PinWrong(CodeWrong):
    """Another PIN than this person's on this device."""

    message = _("Wrong PIN. Tries left: %(tries_left)s.")


class PinLocked(CodeLocked):
    """Five wrong tries, or no PIN here: password and code are needed again."""

    message = _("The PIN does not work here any more. Sign in with your password and a one-time code.")


@refuses(PinMalformed, PinTooEasy)
@transaction.atomic
def set_pin(*, user: User, device: Device, pin: str, at: dt.datetime) -> DevicePin:
    """Choose the PIN after a sign-in with password and code."""
    refuse_easy(pin)
    row, _made = DevicePin.objects.update_or_create(
        device=device, user=user, defaults={"pin_hash": secrets.pin_hash(user.pk, device.pk, pin), "tries": 0}
    )
    record_change(row, old="", new="set", at=at, actor=user.pk)
    journal.note("pin_set", user=user, device=device.pk)
    return row


@refuses(PinMalformed, PinTooEasy, PinLocked, PinWrong)
def change_pin(*, user: User, device: Device, old_pin: str, pin: str, at: dt.datetime) -> DevicePin:
    """Choose another PIN. Refused: `code_wrong` and `code_locked` for the old one, `pin_malformed`, `pin_too_easy`."""
    refuse_easy(pin)
    check_pin(user=user, device=device, pin=old_pin, field="old_pin")
    return set_pin(user=user, device=device, pin=pin, at=at)


@refuses(PinLocked, PinWrong)
def check_pin(*, user: User, device: Device | None, pin: str, field: str = "pin") -> None:
    """Refuse a wrong PIN (`code_wrong`), and any PIN after five wrong ones or without a known device (`code_locked`).

    The try is used up before it is looked at, so that many guesses at once stay five; a right one gives them back.
    """
    if device is None:
        journal.note_refusal("pin_refused", user=user, way="no_device")
        raise PinLocked(field=field)
    rows = DevicePin.objects.filter(device=device, user=user).exclude(pin_hash="")
    with transaction.atomic():
        if not rows.filter(tries__lt=TRIES).update(tries=F("tries") + 1):
            journal.note_refusal("pin_refused", user=user, device=device.pk, way="locked")
            raise PinLocked(field=field)
        row = rows.get()
        fits = secrets.pin_fits(row.pin_hash, user.pk, device.pk, pin)
        if fits:
            rows.update(tries=0)
            _keep_under_todays_key(row, pin)
    if not fits:
        journal.note_refusal("pin_refused", user=user, device=device.pk, way="wrong")
        raise PinWrong(field=field, tries_left=TRIES - row.tries)


def forget_pins_under(kind: str, number: int) -> None:
    """The key that these PINs stand under is retired: their persons sign in with password and code once."""
    if kind == INDEX:
        DevicePin.objects.filter(pin_hash__startswith=f"{number}:").update(pin_hash="", tries=0)


def _keep_under_todays_key(row: DevicePin, pin: str) -> None:
    if secrets.pin_is_under_old_key(row.pin_hash):
        DevicePin.objects.filter(pk=row.pk).update(pin_hash=secrets.pin_hash(row.user_id, row.device_id, pin))


@refuses(PinMalformed, PinTooEasy)
def refuse_easy(pin: str) -> None:
    """Refuse what is not six digits, and what everybody tries first."""
    if not (len(pin) == PIN_DIGITS and pin.isascii() and pin.isdigit()):
        raise PinMalformed(field="pin")
    if len(set(pin)) == 1 or any(pin in run for run in RUNS):
        raise PinTooEasy(field="pin")
