"""What only the demonstration's sign-in page says: who can sign in, and what their phones show.

`SIGN_IN_HELP` of `stations.hooks` answers; nothing of it is asked in a real system (`ECOMNET_DEMONSTRATION`).
"""

import datetime as dt
import time

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings

from stations.accounts.models import User
from stations.accounts.services.second_factor import totp_of
from stations.hooks import SIGN_IN_HELP, Help

STEP = 30


def help_for(*, asked_for: str, asked_at: dt.datetime | None) -> Help | None:
    """What the sign-in page of the demonstration adds; nothing in a real system."""
    if not settings.ECOMNET_DEMONSTRATION:
        return None
    return next((tell(asked_for=asked_for, asked_at=asked_at) for tell in SIGN_IN_HELP), None)


def set_up_app(user: User) -> None:
    """Give an invented person an authenticator app, so that their code can be shown."""
    if totp_of(user) is None:
        TOTP.activate(user, generate_totp_secret())


def app_code(user: User) -> str:
    """What the person's authenticator app shows now; empty when there is none."""
    app = totp_of(user)
    if app is None:
        return ""
    return format_hotp_value(hotp_value(decrypt(app.data["secret"]), int(time.time()) // STEP))
