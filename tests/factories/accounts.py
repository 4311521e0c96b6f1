"""What people sign in with, for tests."""

import time

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.utils.timezone import now

from stations.accounts.models import LoginCode, User
from stations.accounts.services import make_login_code
from stations.accounts.services.codes import SENT_LIVES

PASSWORD = "password"
PIN = "402913"


def code_for(user: User, **values) -> str:
    """A live one-time code of this person."""
    row, code = make_login_code(user=user, lives=SENT_LIVES, at=now())
    LoginCode.objects.filter(pk=row.pk).update(**values)
    return code


def another(code: str) -> str:
    """Six digits that are not this code."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def app_of(user: User) -> str:
    """An authenticator app is set up; returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def shown_by(secret: str, *, steps: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))
