"""Passwords: changed by the person, or set anew with a code that the county manager issued."""

import datetime as dt

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from core.errors import Refused, refuses
from core.history import record_change
from stations.accounts.models import Device, User
from stations.accounts.queries import needs_second_factor
from stations.accounts.services import codes, journal, tries
from stations.accounts.services.devices import end_sessions
from stations.accounts.services.proof import PasswordWrong, prove_password
from stations.accounts.services.sign_in import (
    SignedIn,
    SignInRefused,
    active_user,
    enter,
    known_device,
    password_fits,
)


class PasswordTooWeak(Refused):
    """The password is short, common, or like the person's name."""

    code = "password_too_weak"
    status = 422
    message = "%(why)s"


@refuses(PasswordTooWeak, PasswordWrong)
def change_password(*, user: User, old_password: str, password: str, at: dt.datetime) -> None:
    """A new password; every other session and token of the person ends.

    Refused: `password_wrong` (five tries in 15 minutes), `password_too_weak`.
    """
    _refuse_weak(password, user)
    prove_password(user=user, password=old_password, at=at, field="old_password")
    _set(user=user, password=password, actor=user, at=at)


@refuses(PasswordTooWeak, SignInRefused)
def reset_password(
    *,
    username: str,
    code: str,
    password: str,
    label: str,
    at: dt.datetime,
    device_secret: str = "",
    address: str = "",
) -> SignedIn | None:
    """A forgotten password set anew, with a code from `issue_login_code`: neither one by SMS nor one of
    `manage.py login_code` will do.

    Partners and helpers are signed in by it; for staff the answer is None, because the second factor is still to come.
    Refused: `sign_in_refused` (whatever was wrong), `password_too_weak`.
    """
    _refuse_weak(password, None)
    user = active_user(username)
    # As long as for a right name: the hashing of the new password is most of the time.
    password_fits(None, password)
    with transaction.atomic():
        device = known_device(device_secret)
        if user is not None and _issued_code_fits(user, code, device, address, at):
            _set(user=user, password=password, actor=user, at=at)
            if not needs_second_factor(user, at=at):
                signed_in = enter(user, label=label, device=device, at=at)
                journal.note("signed_in", user=user, device=signed_in.device.pk, way="issued_code")
                return signed_in
            return None
    journal.note_refusal("sign_in_refused", user=user, way="issued_code")
    raise SignInRefused


def _issued_code_fits(user: User, code: str, device: Device | None, address: str, at: dt.datetime) -> bool:
    """Here the code alone decides: its tries are those of the place and of all places together, never its own five.

    Otherwise the one who knows a user name could use up the code that the person has just been given.
    """
    place = tries.place_of(user, device=device, address=address)
    if not tries.use_try(user, place, at=at) or not tries.use_try_everywhere(user, at=at):
        return False
    row = codes.issued_login_code(user=user, at=at)
    if row is None or not codes.is_of(row, code) or not codes.use_up(row, at=at):
        return False
    tries.give_tries_back(user, place)
    return True


@transaction.atomic
def have_password_changed(*, user: User) -> None:
    """Somebody else chose this person's password: it opens nothing until the person has chosen another one."""
    user.must_change_password = True
    user.save(update_fields=["must_change_password"])


@transaction.atomic
def _set(*, user: User, password: str, actor: User, at: dt.datetime) -> None:
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record_change(user, old="", new="password_changed", at=at, actor=actor.pk)
    journal.note("password_changed", user=user)
    end_sessions(user=user, actor=actor, at=at, reason="password changed")


def _refuse_weak(password: str, user: User | None) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordTooWeak(field="password", why=" ".join(error.messages)) from error
