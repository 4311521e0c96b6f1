"""Who can be tried in the demonstration, and what the phone of somebody who asked for a code shows."""

import datetime as dt
import time
from typing import Any

import httpx
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.timezone import now

from core.gateways.client import address_of
from core.models import Notice, Provider
from ecomnet.demo_data.stations import PASSWORD
from stations.accounts.demonstration import app_code
from stations.accounts.models import LoginCode, Post, Role, User
from stations.hooks import Help, Someone

#: One of each role, in the order in which one meets them.
WHO = (
    "partner",
    "helper",
    "clerk",
    "manager",
    "manager2",
    "finance",
    "finance2",
    "credit",
    "credit2",
    "claims",
    "claims2",
    "nurse",
    "doctor",
    "lead",
    "pharmacist",
    "teacher",
    "auditor",
    "admin",
)
#: A worker sends the message meanwhile.
PATIENCE, STEP = 3.0, 0.2
PAUSE_BETWEEN_CODES = dt.timedelta(minutes=1)


def help_with_signing_in(*, asked_for: str, asked_at: dt.datetime | None) -> Help:
    """The people of the demonstration that is loaded here, and the message that the code came with."""
    return Help(PASSWORD, people_to_try(), _message(asked_for, asked_at) if asked_for and asked_at else "")


def people_to_try() -> list[Someone]:
    """Those of the list who exist, with their role and the code that their app shows now."""
    users = {user.username: user for user in User.objects.filter(username__in=WHO, is_active=True)}
    roles = dict(Post.objects.filter(user__in=users.values(), to_at=None).values_list("user_id", "role"))
    return [
        Someone(name, users[name].shown_name, Role(roles[users[name].pk]).label, app_code(users[name]))
        for name in WHO
        if name in users and users[name].pk in roles
    ]


def _message(username: str, asked_at: dt.datetime) -> str:
    """The text with the newest code; waits a little for the worker that sends it."""
    user = User.objects.filter(username=User.normalize_username(username), is_active=True).first()
    until = time.monotonic() + PATIENCE
    while user is not None:
        text = _delivered(user, since=asked_at - PAUSE_BETWEEN_CODES)
        if text or time.monotonic() > until:
            return text
        time.sleep(STEP)
    return ""


def _delivered(user: User, *, since: dt.datetime) -> str:
    codes = LoginCode.objects.filter(user=user, issued_by=None, used_at=None, expires_at__gt=now(), made_at__gte=since)
    code = codes.order_by("-pk").first()
    notice = Notice.objects.filter(dedupe_key=f"login_code:{code.pk}").first() if code else None
    if notice is None:
        return ""
    return next((row["text"] for row in _messages_to(str(user.phone)) if row["our_ref"] == str(notice.our_ref)), "")


def _messages_to(phone: str) -> list[dict[str, Any]]:
    """What the sandbox provider has delivered to a phone, newest first."""
    provider = Provider.objects.filter(code=settings.ECOMNET_SMS_PROVIDER).first()
    if provider is None:
        return []
    try:
        address = address_of(provider)
        with httpx.Client(transport=httpx.HTTPTransport(uds=address.socket or None), trust_env=False) as client:
            return client.get(f"{address.origin}/sandbox/messages", params={"phone": phone}, timeout=2).json()
    except (ImproperlyConfigured, httpx.HTTPError, ValueError):
        return []
