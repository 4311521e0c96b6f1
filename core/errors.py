"""Refusals: the request was understood and a rule says no. Never a bug, never logged as an error."""

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from core.instants import for_programs
from core.language.calendar_names import full_day


class Refused(Exception):
    """A rule says no. Subclasses stand beside the service that raises them.

    `code` is stable and never translated; `status` is the HTTP status (400 malformed, 409 the state says no, 422 the
    rule says no to this input, 429, 503); `message` is translatable with named parameters, which also travel in the
    problem document (a `date` is written for people in the one, as ISO 8601 in the other). `keeps_changes` is for the
    few refusals whose trace must stay (a wrong code used up a try). `retry_after` (seconds) is what every 429 and 503
    has, and a 409 that waits for the first sender: such a refusal is passing, no key remembers it, and the same
    request with the same key works later.
    """

    code = "refused"
    status = 409
    message: Any = ""
    keeps_changes = False
    retry_after: int | None = None

    def __init__(self, *, field: str | None = None, **params: Any) -> None:
        self.field = field
        self.params = params
        super().__init__(self.code)

    def __str__(self) -> str:
        words = {name: _in_words(value) for name, value in self.params.items()}
        return str(self.message) % words if words else str(self.message)

    @property
    def is_passing(self) -> bool:
        """Whether it speaks of this moment and not of the request."""
        return self.retry_after is not None

    def leave_trace(self) -> None:
        """What stays of it besides the answer: written when all else was taken back, and committed with the answer."""

    def problem(self) -> dict[str, Any]:
        """This refusal as an RFC 9457 problem document, in the reader's language."""
        document = problem_document(self.code, self.status, str(self))
        if self.field:
            document["errors"] = {self.field: [str(self)]}
        known = {name: _for_programs(value) for name, value in self.params.items()}
        plain = {name: value for name, value in known.items() if isinstance(value, str | int | bool | None)}
        if plain:
            document["params"] = plain
        return document


def problem_document(code: str, status: int, detail: str) -> dict[str, Any]:
    """The members that every problem document has; `type` is the page that explains the code (`core.problems`)."""
    return {
        "type": f"/problems/{code}",
        "title": code.replace("_", " "),
        "status": status,
        "detail": detail,
        "code": code,
    }


Service = TypeVar("Service", bound=Callable[..., Any])


def refuses(*refusals: type[Refused]) -> Callable[[Service], Service]:
    """What a service may refuse, said once: the API's document reads it from here, and tests compare it with the code.

    Those of another slice's service that it calls are named too: `@refuses(WrongState, *refused_by(hold_float))`; those
    of a decorator below it are counted in.
    """

    def declare(service: Service) -> Service:
        below = getattr(service, "refusals", ())
        service.refusals = tuple(dict.fromkeys((*below, *refusals)))  # type: ignore[attr-defined]
        return service

    return declare


def refused_by(*services: Callable[..., Any]) -> tuple[type[Refused], ...]:
    """What any of these services may refuse."""
    return tuple(dict.fromkeys(refusal for service in services for refusal in service.refusals))  # type: ignore[attr-defined]


def _in_words(value: Any) -> Any:
    """A day as its reader writes it; everything else as it is."""
    return full_day(value) if isinstance(value, dt.date) else value


def _for_programs(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return for_programs(value)
    return value.isoformat() if isinstance(value, dt.date) else value


class WrongState(Refused):
    """The verb exists, but not from this state, and no better code says why."""

    code = "wrong_state"
    message = _("This is not possible now: it is “%(state)s”.")


class SamePerson(Refused):
    """Maker and checker must be two people."""

    code = "same_person"
    message = _("Another person must do this: the requester cannot approve.")


class QuoteChanged(Refused):
    """What was shown before confirming no longer holds."""

    code = "quote_changed"
    message = _("The price or your share has changed since you looked. Check again before you confirm.")


class CodeWrong(Refused):
    """A code sent to a phone was typed wrong; the try is used up."""

    code = "code_wrong"
    status = 422
    message = _("Wrong code. Tries left: %(tries_left)s.")
    keeps_changes = True


class CodeLocked(Refused):
    """Too many wrong codes."""

    code = "code_locked"
    status = 422
    message = _("Too many wrong codes. Send a new one.")


class CodeExpired(Refused):
    """The code is older than its lifetime, or none was sent."""

    code = "code_expired"
    status = 422
    message = _("This code has expired. Send a new one.")


class AddressMalformed(Refused):
    """The address holds a character that no text of ours holds, and that PostgreSQL cannot keep."""

    code = "address_malformed"
    status = 400
    message = _("This address is not one of ours.")


class HttpsRequired(Refused):
    """A program came without TLS."""

    code = "https_required"
    status = 403
    message = _("Use HTTPS. Others may have read what was sent unencrypted: change the token.")


class TooMany(Refused):
    """A limit per minute or day is used up."""

    code = "too_many"
    status = 429
    message = _("Too many tries. Wait a little, then try again.")
    retry_after = 60


class ProviderDown(Refused):
    """The company behind a service does not answer; nothing was taken."""

    code = "provider_down"
    status = 503
    message = _("%(provider)s is not responding. No money was taken. Try again in half a minute.")
    retry_after = 30


class TooBusy(Refused):
    """More requests than the system can serve: this one was turned away before anything was read."""

    code = "too_busy"
    status = 503
    message = _("The system is busy. Nothing was done. Send the same again in a moment.")
    retry_after = 3


class DatabaseUnavailable(Refused):
    """The database does not answer: nobody knows whether the last thing was done, and the same key finds out."""

    code = "database_unavailable"
    status = 503
    message = _("The books are not available at the moment. Send the same again shortly: nothing is done twice.")
    retry_after = 2
