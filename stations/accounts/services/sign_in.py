"""Signing in: the first time on a device with password and code, afterwards with a PIN."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from stations.accounts.models import Device, DevicePin, User
from stations.accounts.queries import needs_second_factor
from stations.accounts.services import codes, journal, pins, secrets, tries
from stations.accounts.services.pins import PinLocked, PinWrong
from stations.accounts.services.second_factor import second_factor_fits, totp_of


class SignInRefused(Refused):
    """Name, password or code is wrong, used up, or unknown: the answer is the same, so that nothing can be learned."""

    code = "sign_in_refused"
    status = 422
    message = _("Wrong user name, password or code. After five wrong tries, get a new code or wait 15 minutes.")
    keeps_changes = True


class DeviceUnknown(Refused):
    """The browser has no device of ours, or one that was revoked."""

    code = "device_unknown"
    status = 422
    message = _("This device is not registered. Sign in with your password and a one-time code.")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in on which device. `secret` is new and shown once; it is empty when the device had one."""

    user: User
    device: Device
    secret: str = ""
    with_second_factor: bool = False


@refuses(SignInRefused)
def sign_in_first_time(
    *,
    username: str,
    password: str,
    code: str,
    label: str,
    at: dt.datetime,
    device_secret: str = "",
    address: str = "",
) -> SignedIn:
    """Sign in with name, password and code, and make this browser or phone a device of the system.

    The code is a one-time code, or, for staff who have set it up, what the authenticator app shows. `address` is the
    network address that tries are counted by (`tries`). Refused: `sign_in_refused`, whatever was wrong.
    """
    user = active_user(username)
    fits = password_fits(user, password)
    signed_in, place = None, b""
    with transaction.atomic():
        if user is not None:
            device = known_device(device_secret)
            place = tries.place_of(user, device=device, address=address)
            if _code_fits(user, fits, code, place, at):
                tries.give_tries_back(user, place)
                signed_in = enter(user, label=label, device=device, at=at, with_second_factor=has_app(user))
        else:
            known_device(device_secret)
            tries.use_try_of_unknown_user(address=address, at=at)
    if signed_in is None:
        journal.note_refusal("sign_in_refused", user=user, place=place, way="password_and_code")
        raise SignInRefused
    way = "password_and_app" if signed_in.with_second_factor else "password_and_code"
    journal.note("signed_in", user=user, device=signed_in.device.pk, way=way)
    return signed_in


@refuses(DeviceUnknown, PinLocked, PinWrong)
def sign_in_with_pin(*, device_secret: str, user: User, pin: str, at: dt.datetime) -> SignedIn:
    """Sign in on a known device with six digits.

    Refused: `device_unknown`, `code_wrong` (with `tries_left`), `code_locked` (five wrong tries, or a person who
    needs the second factor).
    """
    device = known_device(device_secret)
    if device is None:
        raise DeviceUnknown
    if not user.is_active or needs_second_factor(user, at=at):
        journal.note_refusal("sign_in_refused", user=user, device=device.pk, way="pin")
        raise pins.PinLocked(field="pin")
    pins.check_pin(user=user, device=device, pin=pin)
    _seen(device, at)
    journal.note("signed_in", user=user, device=device.pk, way="pin")
    return SignedIn(user, device)


def active_user(username: str) -> User | None:
    """The active user of this name as typed."""
    return User.objects.filter(username=User.normalize_username(username.strip()), is_active=True).first()


def password_fits(user: User | None, password: str) -> bool:
    """Whether the password is right; for nobody it takes as long and is wrong."""
    if user is None:
        make_password(password)
        return False
    return user.check_password(password)


def known_device(secret: str) -> Device | None:
    """The active device that holds this secret."""
    if not secret:
        return None
    return Device.objects.filter(secret_hash=secrets.device_secret_hash(secret), state=Device.State.ACTIVE).first()


def enter(
    user: User, *, label: str, device: Device | None, at: dt.datetime, with_second_factor: bool = False
) -> SignedIn:
    """The person was right: register the device, or find it again, and give the tries of the PIN there back."""
    secret = ""
    if device is None:
        device, secret = _register(user, label, at)
    _seen(device, at)
    DevicePin.objects.update_or_create(
        device=device, user=user, defaults={"tries": 0}, create_defaults={"pin_hash": ""}
    )
    return SignedIn(user, device, secret, with_second_factor)


def has_app(user: User) -> bool:
    """Whether an authenticator app is set up."""
    return totp_of(user) is not None


def _code_fits(user: User, password_is_right: bool, code: str, place: bytes, at: dt.datetime) -> bool:
    """Whether the try at this place got through. Only with the right password does it touch the code's own tries."""
    if not tries.use_try(user, place, at=at):
        return False
    if not password_is_right or not tries.use_try_everywhere(user, at=at):
        return False
    authenticator = totp_of(user)
    if authenticator is not None:
        return second_factor_fits(authenticator, code, at=at)
    row = codes.try_login_code(user=user, code=code, at=at)
    return row is not None and codes.use_up(row, at=at)


def _register(user: User, label: str, at: dt.datetime) -> tuple[Device, str]:
    secret = secrets.new_device_secret()
    station = next((post.station_id for post in user.live_posts if post.station_id), None)
    device = Device.objects.create(
        station_id=station,
        label=label,
        registered_by=user,
        registered_at=at,
        secret_hash=secrets.device_secret_hash(secret),
    )
    return device, secret


def _seen(device: Device, at: dt.datetime) -> None:
    Device.objects.filter(pk=device.pk).update(last_seen_at=at)
