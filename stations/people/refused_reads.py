"""What is loaded of one resident: the attempt of somebody who is told 404 stands in the resident's log."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.timezone import now
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.web.page_actions import ObjectPage
from stations.accounts.models import User
from stations.people.services import log_refused_read
from stations.requests import signed_in


class OutOfReach(Http404):
    """Something of a resident that no post of the reader reaches; there may be no such resident."""

    def __init__(self, resident_id: UUID | None) -> None:
        self.resident_id = resident_id
        super().__init__()


def load_of_resident(rows: QuerySet[Any], user: User, verb: str, *, resident: str, **lookup: Any) -> Any:
    """As `core.access.load`; `resident` is the path from a row to the person. Raises `OutOfReach`."""
    try:
        return load(rows, user, verb, **lookup)
    except Http404 as missing:
        found = rows.model._default_manager.filter(**lookup).values_list(resident, flat=True).first()
        raise OutOfReach(found) from missing


def load_or_log(rows: QuerySet[Any], user: User, verb: str, *, resident: str, **lookup: Any) -> Any:
    """The same for a page, outside any transaction: the refusal is written down at once."""
    try:
        return load_of_resident(rows, user, verb, resident=resident, **lookup)
    except OutOfReach as refusal:
        log_refused_read(user=user, person_id=refusal.resident_id, at=now())
        raise


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentPage(ObjectPage):
    """The page of something that belongs to one resident, to whom the path `resident` leads.

    Who is told that there is no such thing stands in the log of the resident.
    """

    resident: str

    def load(self, request: HttpRequest, verb: str, pk: Any) -> Any:
        """The object that this reader reaches, or a row in the log."""
        return load_or_log(self.rows(), signed_in(request), verb, resident=self.resident, pk=pk)


class LogsRefusedReads(APIView):
    """Endpoints that load by `load_of_resident`: a refusal is written down once the transaction is undone."""

    def handle_exception(self, exc: Exception) -> Response:
        """The refused transaction is over: this row stands on its own."""
        if isinstance(exc, OutOfReach):
            log_refused_read(user=signed_in(self.request), person_id=exc.resident_id, at=now())
        return super().handle_exception(exc)
