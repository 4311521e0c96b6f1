"""The second factor of staff: codes of an authenticator app, kept in the sign-in library's own table."""

import datetime as dt
from uuid import UUID

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.notices.services import notify
from stations.accounts.models import User
from stations.accounts.services import journal
from stations.accounts.services.devices import end_sessions
from stations.accounts.services.proof import PasswordWrong, prove_password


class SecondFactorWrong(Refused):
    """The app shows another code."""

    code = "second_factor_wrong"
    status = 422
    message = _("Wrong code. Wait for the app’s next code and type it.")


class SecondFactorDue(Refused):
    """The session was begun without the second factor that the person's post needs."""

    code = "second_factor_due"
    status = 403
    message = _("Your role needs the code of your authenticator app. Sign in again.")


class SecondFactorStands(Refused):
    """There is an authenticator app already."""

    code = "second_factor_stands"
    message = _("An authenticator app is set up already.")


def totp_of(user: User) -> Authenticator | None:
    """The person's authenticator app, if one is set up."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()


def second_factor_fits(authenticator: Authenticator, code: str, *, at: dt.datetime) -> bool:
    """Whether the app shows this code at `at`, half a minute early or late; each code is accepted once, and none after
    a later one.
    """
    counter = _counter_of(decrypt(authenticator.data["secret"]), code, at)
    return counter is not None and _use_counter(authenticator.user_id, counter)


def _counter_of(secret: str, code: str, at: dt.datetime) -> int | None:
    """The half minute of Unix time in which the app shows this code."""
    if not code:
        return None
    current, early = int(at.timestamp()) // app_settings.TOTP_PERIOD, app_settings.TOTP_TOLERANCE
    for counter in range(current - early, current + early + 1):
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter))):
            return counter
    return None


def _use_counter(user_id: UUID, counter: int) -> bool:
    """Remember the half minute; false when it, or a later one, was accepted before. Of two at once one is first."""
    fresh = Q(last_app_counter=None) | Q(last_app_counter__lt=counter)
    return User.objects.filter(fresh, pk=user_id).update(last_app_counter=counter) == 1


@refuses(PasswordWrong, SecondFactorStands, SecondFactorWrong)
def activate_second_factor(*, user: User, password: str, secret: str, code: str, at: dt.datetime) -> Authenticator:
    """Keep the secret that the app has read from the picture, once the app proves that it shows the right codes.

    The password is asked again: the one who finds a counter open must not bind an app of his own to somebody's account.
    """
    prove_password(user=user, password=password, at=at)
    return _activate(user=user, secret=secret, code=code, at=at)


@transaction.atomic
def _activate(*, user: User, secret: str, code: str, at: dt.datetime) -> Authenticator:
    if totp_of(user) is not None:
        raise SecondFactorStands
    counter = _counter_of(secret, code, at)
    if counter is None:
        raise SecondFactorWrong(field="code")
    User.objects.filter(pk=user.pk).update(last_app_counter=counter)
    authenticator = TOTP.activate(user, secret).instance
    record_change(user, old="", new="second_factor_set", at=at, actor=user.pk)
    journal.note("second_factor_set", user=user)
    return authenticator


@needs_words("reason")
@transaction.atomic
def reset_second_factor(*, user: User, actor: User, at: dt.datetime, reason: str) -> None:
    """The phone with the app is lost: the app counts no longer, every session ends, the person sets up a new one."""
    Authenticator.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(last_app_counter=None)
    record_change(user, old="second_factor_set", new="second_factor_reset", at=at, actor=actor.pk, reason=reason)
    journal.note("second_factor_reset", user=user, by=str(actor.pk))
    end_sessions(user=user, actor=actor, at=at, reason=reason)
    notify(
        template="second_factor_reset",
        params={"by": actor.shown_name},
        language=user.language,
        user=user.pk,
        phone=str(user.phone) if user.phone else None,
        dedupe_key=f"second_factor_reset:{user.pk}:{at.isoformat()}",
        at=at,
    )
