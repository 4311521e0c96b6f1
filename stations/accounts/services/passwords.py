"""Passwords: changed by the person, or set anew with a code that the county manager issued."""

import datetime as dt

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.history import record_change
from stations.accounts.models import User
from stations.accounts.queries import needs_second_factor
from stations.accounts.services import codes
from stations.accounts.services.devices import end_sessions
from stations.accounts.services.sign_in import (
    SignedIn,
    SignInRefused,
    active_user,
    enter,
    give_tries_back,
    password_fits,
    use_try,
)


class PasswordTooWeak(Refused):
    """The password is short, common, or like the person's name."""

    code = "password_too_weak"
    status = 422
    message = "%(why)s"


class PasswordWrong(Refused):
    """The old password is another one, or was tried too often."""

    code = "password_wrong"
    status = 422
    message = _("This is not your password. After five wrong tries wait 15 minutes.")
    keeps_changes = True


def change_password(*, user: User, old_password: str, password: str, at: dt.datetime) -> None:
    """A new password; every other session and token of the person ends.

    Refused: `password_wrong` (five tries in 15 minutes), `password_too_weak`.
    """
    _refuse_weak(password, user)
    with transaction.atomic():
        fits = use_try(user, at=at) and user.check_password(old_password)
        if fits:
            give_tries_back(user)
            _set(user, password, actor=user, at=at)
    if not fits:
        raise PasswordWrong(field="old_password")


def reset_password(
    *, username: str, code: str, password: str, label: str, at: dt.datetime, device_secret: str = ""
) -> SignedIn | None:
    """A forgotten password set anew, with a code that the county manager issued after seeing the person.

    Partners and helpers are signed in by it; for staff the answer is None, because the second factor is still to come.
    Refused: `sign_in_refused` (whatever was wrong), `password_too_weak`.
    """
    _refuse_weak(password, None)
    user = active_user(username)
    # As long as for a right name: the hashing of the new password is most of the time.
    password_fits(None, password)
    with transaction.atomic():
        row = codes.try_login_code(user=user, code=code, at=at) if user else None
        fits = row is not None and row.issued_by_id is not None and codes.use_up(row, at=at)
        if fits:
            _set(user, password, actor=user, at=at)
            if not needs_second_factor(user, at=at):
                return enter(user, label=label, device_secret=device_secret, at=at)
    if not fits:
        raise SignInRefused
    return None


def _set(user: User, password: str, *, actor: User, at: dt.datetime) -> None:
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record_change(user, old="", new="password_changed", at=at, actor=actor.pk)
    end_sessions(user=user, actor=actor, at=at, reason="password changed")


def _refuse_weak(password: str, user: User | None) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordTooWeak(field="password", why=" ".join(error.messages)) from error
