"""Access control: every view names the verb it requires; the layer of stations says who holds it.

`core` knows no posts. It asks `HOLDS`, `HOLDS_EVERYWHERE` and `WHY_STOPPED` of `core.hooks` (`stations.access`).
"""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Generic, TypeVar, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import EmptyResultSet, PermissionDenied, ValidationError
from django.db import models
from django.http import Http404
from rest_framework.permissions import SAFE_METHODS, BasePermission

from core.database.compiled_queries import CompiledQuery
from core.hooks import HOLDS, HOLDS_EVERYWHERE, WHY_STOPPED

Row = TypeVar("Row", bound=models.Model)

#: For views that anybody may open; such a view holds no person's data.
PUBLIC = "public"
#: For views of one's own: signed in, no post needed (language, sign-out).
SIGNED_IN = "signed_in"


def why_stopped(user: Any, verb: str) -> str:
    """Why somebody who holds the verb may not use it just now, in a sentence; empty when they do not hold it at all."""
    return next((why(user, verb) for why in WHY_STOPPED), "")


def may(user: Any, verb: str) -> bool:
    """Whether any of this user's posts carries the verb, wherever it reaches."""
    if verb == PUBLIC:
        return True
    if not user.is_authenticated:
        return False
    return verb == SIGNED_IN or any(holds(user, verb) for holds in HOLDS)


def may_everywhere(user: Any, verb: str) -> bool:
    """Whether a post of this user that reaches the whole network carries the verb: for what belongs to no place."""
    return user.is_authenticated and any(holds(user, verb) for holds in HOLDS_EVERYWHERE)


def demand(user: Any, verb: str) -> None:
    """403 where no post carries the verb: for what is loaded by another rule than the reach of a post."""
    if not may(user, verb):
        raise PermissionDenied


def demand_everywhere(user: Any, verb: str) -> None:
    """403 for the one who holds the verb over a region only: what is done here is done to the whole network."""
    if not may_everywhere(user, verb):
        raise PermissionDenied


def requires(verb: str, *, one_object: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Guard a page: sign-in first, then 403 unless a post carries the verb.

    A page of one object (`one_object=True`) leaves the verb to `load`, which tells 404 from 403: before anything else
    it loads the object.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            if not one_object and not may(request.user, verb):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        page = guarded if verb == PUBLIC else login_required(guarded)
        page.requires, page.one_object = verb, one_object  # type: ignore[attr-defined]
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


def load(queryset: Any, user: Any, verb: str, **lookup: Any) -> Any:
    """The one object that a post carrying `verb` reaches.

    404 when no post of theirs reads it, or when what is looked for can be no key of ours; 403 when one reads it, but
    none that carries the verb reaches it. The verb that reads is the queryset's `read_verb`.
    """
    queryset = queryset.all()  # a model's manager will do as well; `load_compiled` does the same for one lookup
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


def load_compiled(lookup: str) -> Callable[[Callable[[], models.QuerySet[Row]]], "_CompiledLoad[Row]"]:
    """`load` by one field, for what is loaded on the path of every payment (`core.database.compiled_queries`).

    It decorates the function that makes the queryset, which knows `scope_of`; it gives `load_it(user, verb, value)`.
    """
    return lambda build: _CompiledLoad(build, lookup)


class _CompiledLoad(Generic[Row]):
    """One statement for each shape of reach, such as "one station" or "one county and one station"."""

    def __init__(self, build: Callable[[], models.QuerySet[Row]], lookup: str) -> None:
        self._build, self._lookup = build, lookup
        self._statements: dict[Any, CompiledQuery[Row]] = {}

    def __call__(self, user: Any, verb: str, value: Any) -> Row:
        rows = self._build()
        field: Any = rows.model._meta.pk if self._lookup == "pk" else rows.model._meta.get_field(self._lookup)
        try:
            found = self._found(rows.scope_of(user, verb), field.to_python(value))  # type: ignore[attr-defined]
        except (ValueError, ValidationError) as error:
            raise Http404 from error
        return load(rows, user, verb, **{self._lookup: value}) if found is None else found

    def _found(self, reach: models.Q, value: Any) -> Row | None:
        shape, held = _shape_of(reach)
        if shape not in self._statements:
            self._statements[shape] = self._statement(reach, places=1 + len(held))
        try:
            return self._statements[shape].first(value, *held)
        except EmptyResultSet:  # whom no post lets in
            return None

    def _statement(self, reach: models.Q, *, places: int) -> CompiledQuery[Row]:
        def within(value: Any, *held: Any) -> models.QuerySet[Row]:
            return self._build().filter(_with_values(reach, iter(held)), **{self._lookup: value})[:1]

        return CompiledQuery(within, places=places)


def _shape_of(reach: models.Q) -> tuple[Any, list[Any]]:
    """A condition without its values, and the values in their order; what is no single value belongs to the shape."""
    shape: list[Any] = [reach.connector, reach.negated]
    values: list[Any] = []
    for child in reach.children:
        if isinstance(child, models.Q):
            inner, held = _shape_of(child)
        else:
            name, value = cast(tuple[str, Any], child)
            inner, held = (repr(child), []) if isinstance(value, list) else (name, [value])
        shape.append(inner)
        values += held
    return tuple(shape), values


def _with_values(reach: models.Q, values: Iterator[Any]) -> models.Q:
    """The same condition with other values."""
    children = [
        _with_values(child, values)
        if isinstance(child, models.Q)
        else (child[0], child[1] if isinstance(child[1], list) else next(values))  # type: ignore[index]
        for child in reach.children
    ]
    return models.Q(*children, _connector=reach.connector, _negated=reach.negated)
