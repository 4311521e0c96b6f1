"""What a reader may do with an object, as its page shows it: a form behind a title, and a button that says the verb."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.access import load, may, requires
from core.forms import KeyedForm, Outcome, submit
from core.history import changes_of
from core.timeline import Entry, entries_of
from stations.models import User


@dataclass(frozen=True, slots=True)
class Act:
    """A verb: the grant, the words, its form (made for an object), and what it does with what was typed."""

    grant: str
    title: Any
    button: Any
    doing: Any
    form: Callable[..., KeyedForm]
    run: Callable[..., Any]
    is_open: Callable[[Any, Any], bool]
    kind: str = "primary"


@dataclass(frozen=True, slots=True)
class Shown:
    """An act as a page shows it."""

    act: Act
    form: KeyedForm
    href: str
    is_tried: bool

    @property
    def fields(self) -> list[Any]:
        """What is typed."""
        return self.form.visible_fields()


def shown(acts: dict[str, Act], thing: Any, user: Any, *, space: str, tried: dict[str, KeyedForm]) -> list[Shown]:
    """The acts that this reader may do with it now; one that was just refused keeps what was typed."""
    return [
        Shown(act, tried.get(slug) or act.form(thing), reverse(f"tills:{space}-{slug}", args=[thing.pk]), slug in tried)
        for slug, act in acts.items()
        if slug in tried or (may(user, act.grant) and act.is_open(thing, user))
    ]


def view_of(
    slug: str, act: Act, *, space: str, rows: Callable[[], QuerySet], page: Callable[..., dict[str, Any]]
) -> Callable[..., HttpResponse]:
    """The view that does one act. `space` names the object's page, address and template; `page` what it shows."""

    @require_POST
    @requires(act.grant)
    def view(request: HttpRequest, pk: Any) -> HttpResponse:
        found = load(rows(), request.user, act.grant, pk=pk)
        outcome = _pressed(request, act, found, back=f"tills:{space}")
        if outcome.done:
            return outcome.response
        found.refresh_from_db()
        shows = page(request, found, tried={slug: outcome.form})
        return render(request, f"finance/tills/{space}.html", shows, status=outcome.status)

    return view


def history_of(thing: Any) -> list[Entry]:
    """What has become of an object, with the names of its people."""
    changes = list(changes_of(thing))
    people = User.objects.filter(pk__in=[change.actor for change in changes if change.actor])
    return entries_of(changes, thing.Status, names={user.pk: user.shown_name for user in people})


def _pressed(request: HttpRequest, act: Act, thing: Any, *, back: str) -> Outcome:
    """Do it, once per key, and go back to the page of the object."""
    form = act.form(thing, request.POST, request.FILES)

    def run(data: dict[str, Any]) -> str:
        act.run(thing, data, request.user)
        return reverse(back, args=[thing.pk])

    return submit(request, operation=act.grant, form=form, run=run)
