"""Every code with which a request is refused, and what to do then: read from the classes that refuse."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions

from core.errors import Refused

Kind = TypeVar("Kind", bound=type)

INVALID, NOT_ALLOWED, NOT_FOUND, CSRF, BROKEN = "invalid", "not_allowed", "not_found", "csrf", "broken"
#: What the framework refuses in words of its own, in ours; and what no class stands for.
SENTENCES = {
    INVALID: _("Some of what was sent cannot be used. See the fields."),
    NOT_ALLOWED: _("Your posts do not allow this here."),
    NOT_FOUND: _("Nothing here is visible to you."),
    CSRF: _("Send the CSRF token of the session, or a device token."),
    BROKEN: _("Something went wrong on our side. Send it again with the same key: nothing is done twice."),
}
_STATUSES = {INVALID: 400, NOT_ALLOWED: 403, NOT_FOUND: 404, CSRF: 403, BROKEN: 500}
#: Classes of the framework that no answer of ours names.
_UNSAID = (exceptions.ValidationError, exceptions.NotFound, exceptions.PermissionDenied, exceptions.Throttled)

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do next."""

    program: Any
    person: Any


_WAIT = Advice(
    _("Wait as long as Retry-After says, then send the same request with the same Idempotency-Key."),
    _("Wait a moment, then press again: nothing is done twice."),
)
_OTHER_INPUT = Advice(
    _("Change the input, and send it with a new Idempotency-Key: the old key gets this answer again."),
    _("Correct what the message names, and send it again."),
)
_OTHER_REQUEST = Advice(
    _("Compare the request with the OpenAPI document, and fix the client."),
    _("Tell the maintainers of the client: the server does not understand its request."),
)
_ADVICE = {
    400: _OTHER_INPUT,
    401: Advice(
        _("Ask for a new device token, then send the same request with the same Idempotency-Key."),
        _("Sign in again."),
    ),
    403: Advice(
        _("Do not send it again: nothing was done, and the answer stays the same until the person's posts change."),
        _("Do what the message asks, or ask the county who can do this."),
    ),
    404: Advice(
        _("Check the address and the ids in it. This answer does not say what others may see."),
        _("Search by name or number: it may have moved, or belong to another station."),
    ),
    409: Advice(
        _("Read the object again. Once the obstacle is gone, send with a new Idempotency-Key."),
        _("Check the current state, and first do what the message asks."),
    ),
    422: _OTHER_INPUT,
    500: Advice(
        _("Send the same request with the same Idempotency-Key: nothing is done twice."),
        _("Try again. If it still fails, call the county and read out the number shown."),
    ),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One rule behind a code: HTTP status, sentence, and the seconds after which the same request may work."""

    status: int
    message: Any
    seconds: int | None = None

    @property
    def sentence(self) -> str:
        """What the answer says, in the reader's language; what it fills in stands in braces."""
        return _PLACEHOLDER.sub(r"{\1}", str(self.message))

    @property
    def params(self) -> list[str]:
        """The names of what it fills in; they are in `params` of the document, too."""
        return list(dict.fromkeys(_PLACEHOLDER.findall(str(self.message))))

    @property
    def advice(self) -> Advice:
        """What a program and what a person does next."""
        return _WAIT if self.seconds else _ADVICE.get(self.status, _OTHER_REQUEST)


def all_cases() -> dict[str, list[Case]]:
    """By code, in alphabetical order."""
    found: dict[str, dict[Case, None]] = defaultdict(dict)
    for code, case in (*_of_ours(), *_of_the_framework(), *_of_no_class()):
        found[code][case] = None
    return {code: list(found[code]) for code in sorted(found)}


def cases_of(code: str) -> list[Case]:
    """Those of one code; none for a word that is no code."""
    return all_cases().get(code, [])


def _of_ours() -> Iterator[tuple[str, Case]]:
    for refusal in _below(Refused):
        yield refusal.code, Case(refusal.status, refusal.message, refusal.retry_after)


def _of_the_framework() -> Iterator[tuple[str, Case]]:
    for each in _below(exceptions.APIException):
        if each not in _UNSAID:
            yield each.default_code, Case(each.status_code, each.default_detail)


def _of_no_class() -> Iterator[tuple[str, Case]]:
    for code, sentence in SENTENCES.items():
        yield code, Case(_STATUSES[code], sentence)


def _below(kind: Kind) -> Iterator[Kind]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)
