"""Pages that write: the page of an object with its permitted actions, and the page of one form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import models
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import load, may, requires
from core.forms import Form, KeyedForm, Outcome, PressForm, submit
from core.state_machines import Machine

View = Callable[..., HttpResponse]


def always(_row: Any, _user: Any) -> bool:
    """Of an action that is open to each reader who holds its verb."""
    return True


def nothing(_request: HttpRequest, _row: Any) -> dict[str, Any]:
    """Of a form that is made without its object."""
    return {}


def page_of(name: str) -> Callable[[Any], str]:
    """On to the page of what the service has returned."""
    return lambda made: reverse(name, args=[made.pk])


def to(name: str, *args: Any) -> Callable[[Any], str]:
    """On to this page, whatever the service has returned."""
    return lambda _made: reverse(name, args=args)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAction:
    """One verb on the page of an object.

    `service` is called as every service is: the object under the page's noun, what was typed under the names of the
    fields, `by` and `at`. Where form and service do not fit, it is a function beside the page that makes them fit.
    It is offered to readers who hold `grant`, where the page's machine has the `arrow` and `is_open` agrees, which is
    asked of object and reader. Afterwards `then` says where to go from what the service returned; without it, back to
    the page. `done` is the message shown there; without it the title says what was done. The key `shortcut` leads to
    its form: "a" brings a case forward, "d" declines it.
    """

    grant: str
    service: Callable[..., Any]
    form: type[KeyedForm] = PressForm
    form_kwargs: Callable[[Any, Any], Mapping[str, Any]] = nothing
    arrow: str = ""
    is_open: Callable[[Any, Any], bool] = always
    operation: str = ""
    then: Callable[[Any], str] | None = None
    done: Any = ""
    title: Any = ""
    button: Any = ""
    doing: Any = ""
    kind: str = "primary"
    shortcut: str = ""


def _said_of(action: PageAction) -> str:
    """What the next page says of an action that names no message of its own."""
    return _("Done: %(action)s") % {"action": action.title} if action.title else _("Done.")


@dataclass(frozen=True, slots=True)
class OfferedAction:
    """An action as a page shows it; one that was just refused holds what was typed."""

    action: PageAction
    form: KeyedForm
    href: str
    is_refused: bool

    @property
    def fields(self) -> list[BoundField]:
        """What is typed."""
        return self.form.visible_fields()


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectPage:
    """The page of one object, read with `grant`, and the actions on it by their slugs.

    The template gets what `context` gives, each action's form under its slug (`pay_in` for `pay-in`; None where it is
    not offered), all that are offered as `page_actions` (see `core/page_actions.html`), and as `refused` the form that
    was just refused. `name` is the page's URL name, `name-slug` that of an action; `noun` and `by` are the keywords
    under which services expect the object and the user.
    """

    name: str
    template: str
    grant: str
    noun: str
    rows: Callable[[], models.QuerySet[Any]]
    context: Callable[[Any, Any], dict[str, Any]]
    actions: Mapping[str, PageAction]
    machine: Machine | None = None
    by: str = "by"

    def paths(self, route: str) -> list[URLPattern]:
        """The page at `route` and each action below it, for `urlpatterns`."""
        name = self.name.rpartition(":")[2]
        return [path(route, self.view(), name=name), *self.action_paths(route)]

    def action_paths(self, route: str) -> list[URLPattern]:
        """The actions alone, for a page whose view is written by hand."""
        name = self.name.rpartition(":")[2]
        return [path(f"{route}{slug}/", self.action_view(slug), name=f"{name}-{slug}") for slug in self.actions]

    def view(self) -> View:
        """The view that shows the object."""

        @requires(self.grant, one_object=True)
        def show(request: HttpRequest, pk: Any) -> HttpResponse:
            return self.render(request, self.load(request, self.grant, pk))

        return show

    def load(self, request: HttpRequest, verb: str, pk: Any) -> Any:
        """The object that this reader reaches with the verb; a page that writes down refusals loads it by itself."""
        return load(self.rows(), request.user, verb, pk=pk)

    def action_view(self, slug: str) -> View:
        """The view that does one action and goes on, or shows the object again with the refusal."""
        action = self.actions[slug]

        @require_POST
        @requires(action.grant, one_object=True)
        def act(request: HttpRequest, pk: Any) -> HttpResponse:
            row = self.load(request, action.grant, pk)
            outcome = self._submit(request, action, row)
            if outcome.redirect is None:
                row.refresh_from_db()
                return self.render(request, row, status=outcome.status, refused={slug: outcome.form})
            messages.success(request, action.done or _said_of(action))
            return outcome.response

        act.is_page_action = True  # type: ignore[attr-defined]
        return act

    def render(
        self, request: HttpRequest, row: Any, *, status: int = 200, refused: Mapping[str, KeyedForm] | None = None
    ) -> HttpResponse:
        """The object with the actions that are open to this reader."""
        offered = self._offered(request, row, refused or {})
        forms = {slug.replace("-", "_"): offered[slug].form if slug in offered else None for slug in self.actions}
        # Keyword arguments, because a name given twice is an error: a form would hide what the page shows.
        page = dict(
            **self.context(request, row),
            **forms,
            page_actions=list(offered.values()),
            refused=next(iter((refused or {}).values()), None),
        )
        return render(request, self.template, page, status=status)

    def _offered(self, request: HttpRequest, row: Any, refused: Mapping[str, KeyedForm]) -> dict[str, OfferedAction]:
        return {
            slug: OfferedAction(
                action,
                refused.get(slug) or action.form(**action.form_kwargs(request, row)),
                reverse(f"{self.name}-{slug}", args=[row.pk]),
                slug in refused,
            )
            for slug, action in self.actions.items()
            if slug in refused or self._is_offered(action, row, request.user)
        }

    def _is_offered(self, action: PageAction, row: Any, user: Any) -> bool:
        stands = not action.arrow or self.machine is None or self.machine.allows(action.arrow, row.status)
        return stands and may(user, action.grant) and action.is_open(row, user)

    def _submit(self, request: HttpRequest, action: PageAction, row: Any) -> Outcome:
        def run(typed: dict[str, Any]) -> str:
            made = action.service(**{self.noun: row, self.by: request.user}, **typed, at=now())
            return action.then(made) if action.then else reverse(self.name, args=[row.pk])

        form = action.form(request.POST, request.FILES, **action.form_kwargs(request, row))
        return submit(request, operation=action.operation or action.grant, form=form, run=run)


def form_page(
    request: HttpRequest,
    *,
    operation: str,
    form: KeyedForm,
    service: Callable[..., Any],
    then: Callable[[Any], str],
    template: str,
    page: Callable[[], dict[str, Any]] = dict,
    done: Any = "",
    by: str = "by",
    about: str = "",
) -> HttpResponse:
    """A page of one form: shown, sent once per key, shown again when it is refused.

    `service` is called with what was typed under the names of the fields, `by` and `at`; what else it needs is bound
    beforehand (`functools.partial`). `then` says where to go from what it returned; `page` gives what the template
    shows beside `form`, and is asked only when the page is shown. `done` is the message shown afterwards; `about` is
    for pages whose address is a secret (`core.forms.submit`).
    """

    def again(outcome: Outcome[KeyedForm]) -> HttpResponse:
        return render(request, template, {"form": outcome.form, **page()}, status=outcome.status)

    return send_form(
        request, operation=operation, form=form, service=service, then=then, again=again, done=done, by=by, about=about
    )


def send_form(
    request: HttpRequest,
    *,
    operation: str,
    form: Form,
    service: Callable[..., Any],
    then: Callable[[Any], str],
    again: Callable[[Outcome[Form]], HttpResponse],
    done: Any = "",
    by: str = "by",
    about: str = "",
) -> HttpResponse:
    """One of the forms of a page: as `form_page`, but what is not sent or is refused is answered by `again`."""

    def run(typed: dict[str, Any]) -> str:
        return then(service(**typed, **{by: request.user}, at=now()))

    outcome = submit(request, operation=operation, form=form, run=run, about=about)
    if outcome.redirect is None:
        return again(outcome)
    if done:
        messages.success(request, done)
    return outcome.response
