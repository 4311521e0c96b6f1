"""What only the demonstration's sign-in page says: who can sign in, and what their phones show.

`ecomnet/wiring.py` fills the list; nothing of it is asked in a real house (`ECOMNET_DEMONSTRATION`).
"""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings

from stations.accounts.models import User
from stations.accounts.services.second_factor import totp_of

STEP = 30


@dataclass(frozen=True, slots=True)
class Someone:
    """A person to sign in as; `app_code` is what their authenticator app shows at this moment, if they need one."""

    username: str
    name: str
    role: Any
    app_code: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """What the page says; `message` is the text that the phone of the one who asked for a code has received."""

    password: str
    people: list[Someone] = field(default_factory=list)
    message: str = ""


#: `help(asked_for=, asked_at=) -> Help`: the user name for which a code was asked for in this browser, and when.
HELP: list[Callable[..., Help]] = []


def help_for(*, asked_for: str, asked_at: dt.datetime | None) -> Help | None:
    """What the sign-in page of the demonstration adds; nothing in a real house."""
    if not settings.ECOMNET_DEMONSTRATION:
        return None
    return next((tell(asked_for=asked_for, asked_at=asked_at) for tell in HELP), None)


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
