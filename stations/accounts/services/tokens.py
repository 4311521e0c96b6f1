"""Tokens of mobile clients."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from knox.crypto import hash_token
from knox.settings import CONSTANTS, knox_settings

from core.errors import Refused, refuses
from stations.accounts.models import DeviceToken
from stations.accounts.queries import needs_second_factor
from stations.accounts.services import journal
from stations.accounts.services.sign_in import SignedIn


class SecondFactorMissing(Refused):
    """Staff set up the authenticator app in a browser first."""

    code = "second_factor_missing"
    message = _("Your role needs an authenticator app. Sign in with a browser first and set it up.")


class PasswordChangeDue(Refused):
    """Somebody else has chosen the password."""

    code = "password_change_due"
    message = _("Someone else set your password. Sign in with a browser first and choose your own.")


@refuses(PasswordChangeDue, SecondFactorMissing)
@transaction.atomic
def give_token(*, signed_in: SignedIn, token: str, at: dt.datetime) -> DeviceToken:
    """Store a token for the device just signed in on, as a hash."""
    user = signed_in.user
    if user.must_change_password:
        raise PasswordChangeDue
    if not signed_in.with_second_factor and needs_second_factor(user, at=at):
        raise SecondFactorMissing
    row = DeviceToken(
        digest=hash_token(token),
        token_key=token[: CONSTANTS.TOKEN_KEY_LENGTH],
        user=user,
        device=signed_in.device,
        session_epoch=user.session_epoch,
        expiry=at + knox_settings.TOKEN_TTL,
    )
    row.save(force_insert=True)
    journal.note("token_given", user=user, device=signed_in.device.pk)
    return row


@transaction.atomic
def end_token(*, token: DeviceToken, at: dt.datetime) -> None:
    """Sign out on a mobile client: this token counts no longer."""
    DeviceToken.objects.filter(pk=token.pk).update(expiry=at)
    journal.note("token_ended", user=token.user, device=token.device_id)
