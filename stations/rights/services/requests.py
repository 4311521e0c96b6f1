"""Asking: for a copy of everything, or to be forgotten."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, WrongState, refuses
from core.history import record_change
from core.jobs.services import enqueue
from core.state_machines import Machine
from stations.accounts.models import User
from stations.hooks import OBLIGATIONS
from stations.people.machine import MACHINE as PERSON
from stations.people.machine import standing_of
from stations.people.models import Person
from stations.people.queries import records_of
from stations.rights.models import PersonRequest

Kind, Status = PersonRequest.Kind, PersonRequest.Status
EXPORT_WITHIN, EXPORT_AGAIN_AFTER = dt.timedelta(hours=24), dt.timedelta(days=7)
ERASE_WITHIN = dt.timedelta(days=15)
#: Somebody may come back and say no for so long; then it is done.
SECOND_THOUGHTS = dt.timedelta(days=3)

REQUEST = Machine(
    "request of a person",
    Status,
    {"finish_request": frozenset({Status.OPEN}), "withdraw_erasure": frozenset({Status.OPEN})},
)


class ObligationsOpen(Refused):
    """Money is owed, something runs, or something waits."""

    code = "obligations_open"
    message = _("Settle this first: %(open)s.")

    def __init__(self, *, obligations: list[str]) -> None:
        super().__init__(open="; ".join(obligations))
        self.obligations = obligations

    def problem(self) -> dict[str, Any]:
        """The problem document, with what stands in the way as a list."""
        return {**super().problem(), "obligations": self.obligations}


class ExportThisWeek(Refused):
    """One copy a week."""

    code = "export_this_week"
    message = _("A copy was requested within the last 7 days: %(number)s.")


class RequestStands(Refused):
    """It was asked for already."""

    code = "request_stands"
    message = _("Already requested: %(number)s.")


@refuses(WrongState, ExportThisWeek)
@transaction.atomic
def request_export(*, person: Person, by: User, at: dt.datetime) -> PersonRequest:
    """A copy of everything that we hold of a person, within 24 hours. Raises `ExportThisWeek`."""
    person = lock(person)
    PERSON.check("change_record", standing_of(person))
    earlier = person.requests.filter(kind=Kind.EXPORT, asked_at__gt=at - EXPORT_AGAIN_AFTER).first()
    if earlier is not None:
        raise ExportThisWeek(number=earlier.number)
    request = _ask(person, Kind.EXPORT, by, at, at + EXPORT_WITHIN)
    enqueue("rights.export_person", dedupe_key=f"export:{request.pk}", payload={"request": request.pk}, run_at=at)
    record_change(person, old="", new="export_asked", at=at, actor=by.pk, reason=request.number)
    return request


@refuses(WrongState, RequestStands, ObligationsOpen)
@transaction.atomic
def request_erasure(*, person: Person, by: User, at: dt.datetime, reason: str = "") -> PersonRequest:
    """A person wants to be forgotten: done after three days for second thoughts, within 15 at the latest.

    Raises `ObligationsOpen` with everything that stands in the way, `RequestStands`, `WrongState`.
    """
    person = lock(person)
    PERSON.check("erase_person", standing_of(person))
    standing = person.requests.filter(kind=Kind.ERASURE, status=Status.OPEN).first()
    if standing is not None:
        raise RequestStands(number=standing.number)
    if obligations := obligations_of(person):
        raise ObligationsOpen(obligations=obligations)
    request = _ask(person, Kind.ERASURE, by, at, at + ERASE_WITHIN, reason)
    enqueue(
        "rights.erase_person",
        dedupe_key=f"erase:{request.pk}",
        payload={"request": request.pk},
        run_at=at + SECOND_THOUGHTS,
    )
    record_change(person, old="", new="erasure_asked", at=at, actor=by.pk, reason=request.number)
    return request


@refuses(WrongState)
@transaction.atomic
def withdraw_erasure(*, request: PersonRequest, by: User, at: dt.datetime) -> PersonRequest:
    """They thought again. Raises `WrongState`."""
    request = lock(request)
    REQUEST.check("withdraw_erasure", request.status)
    return end_request(request, Status.WITHDRAWN, at, by=by)


def obligations_of(person: Person) -> list[str]:
    """Everything that stands in the way of forgetting a person, merged records of theirs included."""
    checks = (_works_here, *OBLIGATIONS)
    return [sentence for record in records_of(person) for check in checks for sentence in check(record)]


def end_request(request: PersonRequest, status: str, at: dt.datetime, *, by: User | None = None) -> PersonRequest:
    """Write down how a locked request ended."""
    old, request.status, request.ended_at = request.status, status, at
    request.save(update_fields=["status", "ended_at", "file", "updated_at"])
    record_change(request, old=old, new=status, at=at, actor=by.pk if by else None)
    return request


def _ask(person: Person, kind: str, by: User, at: dt.datetime, due_at: dt.datetime, reason: str = "") -> PersonRequest:
    request = PersonRequest.objects.create(
        person=person, kind=kind, asked_by=by, asked_at=at, due_at=due_at, reason=reason
    )
    record_change(request, old="", new=request.status, at=at, actor=by.pk)
    return request


def _works_here(person: Person) -> list[str]:
    """Anyone who signs in here is known by more than a resident's record."""
    works = User.objects.filter(person=person, is_active=True).exists()
    return [str(_("an active login belongs to this person"))] if works else []
