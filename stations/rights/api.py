"""What a person may ask of us, over the API."""

import datetime as dt
from typing import Any
from uuid import UUID

from rest_framework import serializers

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from stations.accounts.models import User
from stations.people.api.shared import LogsForeignReads, load_person
from stations.rights import services
from stations.rights.models import PersonRequest


class RequestOut(serializers.Serializer):
    id = serializers.IntegerField()
    request_no = serializers.CharField(source="number")
    kind = serializers.ChoiceField(PersonRequest.Kind.choices)
    status = serializers.ChoiceField(PersonRequest.Status.choices)
    due_at = serializers.DateTimeField()
    file = serializers.UUIDField(source="file_id", allow_null=True, help_text="The copy, once it is made (`files/`).")


EXAMPLE = {
    "id": 12,
    "request_no": "K-0000012",
    "kind": "export",
    "status": "open",
    "due_at": "2026-11-26T02:10:00.000Z",
    "file": None,
}


class RequestExport(LogsForeignReads, VerbView):
    """Ask for a copy of everything that we hold of a person, made within 24 hours; one a week."""

    requires = "stations.request_export"
    one_object = True
    Out, success_status = RequestOut, 202
    refusals = refused_by(services.request_export)
    out_example = EXAMPLE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, person_id: UUID) -> dict[str, Any]:
        person = load_person(user, self.requires, person_id)
        return RequestOut(services.request_export(person=person, by=user, at=at)).data


class RequestErasure(LogsForeignReads, VerbView):
    """Ask for a person's erasure.

    After three days for second thoughts, within 15; or the list of what stands in the way.
    """

    requires = "stations.request_erasure"
    one_object = True
    Out, success_status = RequestOut, 202
    refusals = refused_by(services.request_erasure)
    out_example = {**EXAMPLE, "request_no": "V-0000013", "kind": "erasure", "due_at": "2026-12-10T02:10:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, person_id: UUID) -> dict[str, Any]:
        person = load_person(user, self.requires, person_id)
        return RequestOut(services.request_erasure(person=person, by=user, at=at)).data


class WithdrawErasure(VerbView):
    """Withdraw a person's request."""

    requires = "stations.request_erasure"
    one_object = True
    Out = RequestOut
    refusals = refused_by(services.withdraw_erasure)
    out_example = {**RequestErasure.out_example, "status": "withdrawn"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, request_id: int) -> dict[str, Any]:
        asked = load(PersonRequest.objects.select_related("person"), user, self.requires, pk=request_id)
        return RequestOut(services.withdraw_erasure(request=asked, by=user, at=at)).data
