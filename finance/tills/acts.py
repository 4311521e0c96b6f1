"""What a reader may do with an object, as its page shows it: a form behind a title, and a button that says the verb."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from core.access import may
from core.forms import KeyedForm, Outcome, submit


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


def pressed(request: HttpRequest, act: Act, thing: Any, *, back: str) -> Outcome:
    """Do it, once per key, and go back to the page of the object."""
    form = act.form(thing, request.POST, request.FILES)

    def run(data: dict[str, Any]) -> str:
        act.run(thing, data, request.user)
        return reverse(back, args=[thing.pk])

    return submit(request, operation=act.grant, form=form, run=run)
