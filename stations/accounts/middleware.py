"""Who is signed in on this browser, and what is still missing before they may work."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, logout
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.access import PUBLIC
from core.api import PROBLEM
from stations.accounts.models import STAFF_ROLES, User
from stations.accounts.queries import signed_in_user
from stations.accounts.services import journal
from stations.accounts.services.second_factor import SecondFactorDue, totp_of

#: Keys of the session: the device it belongs to, when the second factor was given, whether a PIN must be chosen,
#: and when it was last used.
DEVICE, SECOND_FACTOR, PIN_DUE, SEEN = "device", "second_factor_at", "pin_due", "seen_at"
#: So long without a press, and the one who comes back says again who it is: staff, and a counter, where six digits are
#: enough and drafts are kept.
STAFF_IDLE, COUNTER_IDLE = dt.timedelta(minutes=30), dt.timedelta(minutes=60)
#: A press is written down when the last one that was is older.
NOTED = dt.timedelta(minutes=1)


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


def _still_holds(session_hash: str, user: User) -> bool:
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(session_hash, known) for known in hashes)


class DueStepsMiddleware:
    """What a sign-in still lacks comes before any work: the second factor of staff, a new password, a PIN.

    A plain `login()` passes the sign-in library's stages by, so the second factor is asked for here, on every page
    and endpoint, whatever way the session began. Views that serve these steps say `while_due = True`.
    """

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> Any:
        view = getattr(view, "cls", view)
        if getattr(view, "requires", "") == PUBLIC or getattr(view, "while_due", False):
            return None
        if not request.user.is_authenticated:
            return None
        is_page = not request.path.startswith("/api/")
        if _was_left_alone(request):
            return _ask_again(request) if is_page else None
        if SECOND_FACTOR not in request.session and _is_staff_now(request.user):
            return _second_factor(request) if is_page else _problem()
        if not is_page:
            return None
        if request.user.must_change_password:
            return redirect("accounts:password")
        if PIN_DUE in request.session:
            return redirect("accounts:pin")
        _note_press(request)
        return None


def _is_staff_now(user: User) -> bool:
    return user.is_staff or user.is_superuser or any(post.role in STAFF_ROLES for post in user.live_posts)


def _second_factor(request: Any) -> Any:
    if totp_of(request.user) is None:
        return redirect("accounts:second_factor")
    logout(request)
    messages.info(request, _("Sign in again, with the code that your authenticator app shows."))
    return redirect_to_login(request.get_full_path())


def _problem() -> HttpResponse:
    problem = SecondFactorDue().problem()
    return JsonResponse(problem, status=SecondFactorDue.status, content_type=PROBLEM)


def _was_left_alone(request: Any) -> bool:
    """Whether nobody has pressed anything for too long; then the session is over."""
    seen = request.session.get(SEEN)
    longest = STAFF_IDLE if SECOND_FACTOR in request.session else COUNTER_IDLE
    if seen is None or now() - dt.datetime.fromisoformat(seen) < longest:
        return False
    journal.note("session_left_alone", user=request.user)
    logout(request)
    return True


def _ask_again(request: Any) -> Any:
    messages.info(request, _("You were inactive for a while. Sign in again to continue."))
    return redirect_to_login(request.get_full_path())


def _note_press(request: Any) -> None:
    """A session notes its first press in the administration, and every minute in which something is pressed."""
    seen = request.session.get(SEEN)
    is_new = seen is None and request.resolver_match.app_name == "admin"
    if is_new or (seen and now() - dt.datetime.fromisoformat(seen) >= NOTED):
        request.session[SEEN] = now().isoformat()
