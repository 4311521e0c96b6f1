"""The door: every view says which verb it requires, and the floor above says who holds it.

`core` knows no posts. `ecomnet/wiring.py` gives it the function that answers for them (`stations.access`).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404
from rest_framework.permissions import SAFE_METHODS, BasePermission

#: For views that anybody may open; such a view holds no person's data.
PUBLIC = "public"
#: For views of one's own: signed in, no post needed (language, sign-out).
SIGNED_IN = "signed_in"

_holds: list[Callable[[Any, str], bool]] = []
_holds_everywhere: list[Callable[[Any, str], bool]] = []
_why_stopped: list[Callable[[Any, str], str]] = []


def answer_with(
    holds: Callable[[Any, str], bool],
    holds_everywhere: Callable[[Any, str], bool],
    why_stopped: Callable[[Any, str], str],
) -> None:
    """Register who answers for posts: whether any of a user's carries a verb, one of the whole network, why not now."""
    _holds[:] = [holds]
    _holds_everywhere[:] = [holds_everywhere]
    _why_stopped[:] = [why_stopped]


def why_stopped(user: Any, verb: str) -> str:
    """Why somebody who holds the verb may not use it just now, in a sentence; empty when they do not hold it at all."""
    return next((why(user, verb) for why in _why_stopped), "")


def may(user: Any, verb: str) -> bool:
    """Whether any of this user's posts carries the verb, wherever it reaches."""
    if verb == PUBLIC:
        return True
    if not user.is_authenticated:
        return False
    return verb == SIGNED_IN or any(holds(user, verb) for holds in _holds)


def may_everywhere(user: Any, verb: str) -> bool:
    """Whether a post of this user that reaches the whole network carries the verb: for what belongs to no place."""
    return user.is_authenticated and any(holds(user, verb) for holds in _holds_everywhere)


def demand_everywhere(user: Any, verb: str) -> None:
    """403 for whoever holds the verb over a region only: what is done here is done to the whole network."""
    if not may_everywhere(user, verb):
        raise PermissionDenied


def requires(verb: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Guard a page: sign-in first, then 403 unless a post carries the verb."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            if not may(request.user, verb):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        page = guarded if verb == PUBLIC else login_required(guarded)
        page.requires = verb  # type: ignore[attr-defined]
        return page

    return decorate


class Requires(BasePermission):
    """Guard an endpoint by its `requires`; a view without one is refused to everybody.

    An endpoint for one object (`one_object = True`) leaves the verb to `load`, which tells 404 from 403. One that
    answers GET beside its verb names the verb of reading as `reads`.
    """

    def has_permission(self, request: Any, view: Any) -> bool:
        verb = getattr(view, "requires", None)
        if request.method in SAFE_METHODS:
            verb = getattr(view, "reads", verb)
        if verb is None:
            return False
        if getattr(view, "one_object", False):
            return may(request.user, SIGNED_IN)
        return may(request.user, verb)


def load(queryset: models.QuerySet, user: Any, verb: str, **lookup: Any) -> Any:
    """The one object that a post carrying `verb` reaches.

    404 when no post of theirs reads it, or when what is looked for can be no key of ours; 403 when one reads it, but
    none that carries the verb reaches it. The verb that reads is the queryset's `read_verb`.
    """
    queryset = queryset.all()  # a model's manager will do as well
    try:
        # Not `first()`: an order among one costs as much as asking.
        found = next(iter(queryset.open_to(user, verb).filter(**lookup).order_by()[:1]), None)
    except (ValueError, ValidationError) as error:
        raise Http404 from error
    if found is not None:
        return found
    if queryset.open_to(user, queryset.read_verb).filter(**lookup).exists():
        raise PermissionDenied
    raise Http404
