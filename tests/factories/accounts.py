"""What people sign in with, for tests."""

import datetime as dt

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.utils.timezone import now

from stations.accounts.models import LoginCode, User
from stations.accounts.services import make_text_code

PASSWORD = "password"
PIN = "402913"


def code_for(user: User, **values) -> str:
    """A live one-time code of this person."""
    row, code = make_text_code(user=user, at=now())
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


def shown_by(secret: str, *, steps: int = 0, at: dt.datetime | None = None) -> str:
    """What the app shows at an instant (now), or so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int((at or now()).timestamp()) // 30 + steps))
