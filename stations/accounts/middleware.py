"""Who is signed in on this browser."""

from typing import Any
from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import now

from stations.accounts.queries import signed_in_user

#: Keys of the session: the device it belongs to, and when the second factor was given.
DEVICE, SECOND_FACTOR = "device", "second_factor_at"


class SignedInMiddleware(AuthenticationMiddleware):
    """Sets `request.user` with the posts of this moment: one query beside the session's own, and only when asked."""

    def process_request(self, request: Any) -> None:
        request.user = SimpleLazyObject(lambda: _user_of(request))


def _user_of(request: Any) -> Any:
    session = request.session
    if SESSION_KEY not in session:
        return AnonymousUser()
    device = session.get(DEVICE)
    user = signed_in_user(UUID(session[SESSION_KEY]), device_id=UUID(device) if device else None, at=now())
    if user is None or not _still_holds(session.get(HASH_SESSION_KEY, ""), user):
        session.flush()
        return AnonymousUser()
    return user


def _still_holds(session_hash: str, user: Any) -> bool:
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(session_hash, known) for known in hashes)
