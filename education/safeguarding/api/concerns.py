"""Concerns over the API."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import SIGNED_IN, load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line, Words
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from education.safeguarding import services
from education.safeguarding.api.shared import CHILD, people
from education.safeguarding.models import Concern
from stations.accounts.models import User
from stations.accounts.services.posts import UserUnknown
from stations.people.models import Person
from stations.people.services import log_read
from stations.requests import signed_in

READ_CONCERN = "education.read_concern"


class ConcernRaisedOut(ReadSerializer):
    """A report that was taken; who reported does not read it again."""

    id = serializers.UUIDField()
    status = serializers.CharField()
    acknowledge_due_at = serializers.DateTimeField()


class ConcernOut(ConcernRaisedOut):
    """A concern without its words."""

    station = serializers.CharField(source="station.code")
    category = serializers.CharField()
    urgency = serializers.CharField()
    raised_at = serializers.DateTimeField()
    escalated_at = serializers.DateTimeField(allow_null=True)


class ConcernNoteOut(ReadSerializer):
    """What was found or done."""

    text = serializers.CharField()
    made_by = serializers.CharField(source="made_by.username")
    at = serializers.DateTimeField()


class ConcernDetailOut(ConcernOut):
    """A concern with its words and notes."""

    child = serializers.UUIDField(source="child_id")
    reporter = serializers.CharField(source="reporter.username")
    text = serializers.CharField()
    handled_by = serializers.CharField(source="acknowledged_by.username", allow_null=True)
    authority = serializers.CharField(allow_null=True)
    reference = serializers.CharField(allow_null=True)
    outcome = serializers.CharField(allow_null=True)
    notes = ConcernNoteOut(many=True)

    @staticmethod
    def get_notes(concern: Concern) -> Any:
        """Oldest first."""
        return concern.notes.select_related("made_by").order_by("pk")


RAISED = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d01",
    "status": "open",
    "acknowledge_due_at": "2026-11-26T02:41:00.000Z",
}
CONCERN = RAISED | {
    "station": "321324-0007",
    "category": "neglect",
    "urgency": "today",
    "raised_at": "2026-11-25T02:41:00.000Z",
    "escalated_at": None,
}
DETAIL: dict[str, Any] = CONCERN | {
    "child": CHILD,
    "reporter": "helper",
    "text": "孩子几天没有吃晚饭",
    "handled_by": None,
    "authority": None,
    "reference": None,
    "outcome": None,
    "notes": [],
}
TAKEN_ON = DETAIL | {"status": "acknowledged", "handled_by": "manager"}


class ConcernIn(serializers.Serializer):
    """The child and what is feared; `about_person` or `about_user` where it is about somebody."""

    child = serializers.UUIDField()
    category = serializers.ChoiceField(Concern.Category.choices)
    urgency = serializers.ChoiceField(Concern.Urgency.choices)
    text = Words(max_length=2000)
    about_person = serializers.UUIDField(required=False)
    about_user = serializers.CharField(max_length=150, required=False, help_text="A user name.")


class RaiseConcern(VerbView):
    """Report a concern about a child. Anyone who has signed in may."""

    requires = SIGNED_IN
    In, Out = ConcernIn, ConcernRaisedOut
    success_status = 201
    refusals = (*refused_by(services.raise_concern), UserUnknown)
    in_example = {"child": CHILD, "category": "neglect", "urgency": "today", "text": "孩子几天没有吃晚饭"}
    out_example = RAISED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Concern:
        child = people().filter(pk=data.pop("child")).first()
        if child is None:
            raise Http404
        person, login = data.pop("about_person", None), data.pop("about_user", None)
        about_person = Person.objects.filter(pk=person).first() if person else None
        about_user = User.objects.filter(username=User.normalize_username(login)).first() if login else None
        # Left out, the one reported might be told of it, and handle it.
        if person and about_person is None:
            raise ValidationError({"about_person": ["No person has this id."]})
        if login and about_user is None:
            raise UserUnknown(field="about_user")
        return services.raise_concern(
            child=child, about_person=about_person, about_user=about_user, **data, by=user, at=at
        )


class ConcernPages(CursorPages):
    ordering = "-id"


class Concerns(generics.ListAPIView):
    """List concerns of the region, newest first, without what is about the reader."""

    requires = READ_CONCERN
    serializer_class = ConcernOut
    pagination_class = ConcernPages
    out_example = CONCERN

    def get_queryset(self) -> Any:
        return Concern.objects.open_to(self.request.user, READ_CONCERN).select_related("station")


def _concern(user: User, verb: str, pk: UUID) -> Concern:
    rows = Concern.objects.select_related("child", "station", "handling__parent", "reporter", "acknowledged_by")
    return load(rows, user, verb, pk=pk)


class ConcernDetail(APIView):
    """Read a concern; the reading is recorded."""

    requires = READ_CONCERN
    one_object = True
    out_example = DETAIL

    @extend_schema(responses=ConcernDetailOut, operation_id="concernsRetrieve")
    def get(self, request: Request, pk: UUID) -> Response:
        """Read a concern; the reading is recorded."""
        found = _concern(signed_in(request), READ_CONCERN, pk)
        log_read(user=signed_in(request), person=found.child, what="concern", at=now())
        return Response(ConcernDetailOut(found).data)


class _ConcernVerb(VerbView):
    one_object = True
    Out = ConcernDetailOut

    def concern(self, user: User, pk: UUID) -> Concern:
        return _concern(user, self.requires, pk)


class AcknowledgeConcern(_ConcernVerb):
    """Take a concern on."""

    requires = "education.acknowledge_concern"
    refusals = refused_by(services.acknowledge_concern)
    out_example = TAKEN_ON

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Concern:
        return services.acknowledge_concern(concern=self.concern(user, pk), by=user, at=at)


class ReferConcernIn(serializers.Serializer):
    """To which authority, and its reference."""

    authority = Line(max_length=120)
    reference = Line(max_length=60, required=False, allow_blank=True, default="")


class ReferConcern(_ConcernVerb):
    """Record that a concern was passed on to an authority."""

    requires = "education.refer_concern"
    In = ReferConcernIn
    refusals = refused_by(services.refer_concern)
    in_example = {"authority": "县公安局", "reference": "2026-118"}
    out_example = TAKEN_ON | {"status": "referred", "authority": "县公安局", "reference": "2026-118"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Concern:
        return services.refer_concern(concern=self.concern(user, pk), **data, by=user, at=at)


class CloseConcernIn(serializers.Serializer):
    """What came of it."""

    outcome = Words(max_length=2000)


class CloseConcern(_ConcernVerb):
    """Close a concern with its outcome."""

    requires = "education.close_concern"
    In = CloseConcernIn
    refusals = refused_by(services.close_concern)
    in_example = {"outcome": "已上门看望，姑姑接回家住"}
    out_example = TAKEN_ON | {"status": "closed", "outcome": "已上门看望，姑姑接回家住"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Concern:
        return services.close_concern(concern=self.concern(user, pk), **data, by=user, at=at)


class NoteConcernIn(serializers.Serializer):
    """What was found or done."""

    text = Words(max_length=2000)


class NoteConcern(_ConcernVerb):
    """Add a note to a concern."""

    requires = "education.note_concern"
    In = NoteConcernIn
    refusals = refused_by(services.note_concern)
    in_example = {"text": "已电话联系奶奶"}
    out_example = TAKEN_ON | {
        "notes": [{"text": "已电话联系奶奶", "made_by": "manager", "at": "2026-11-25T03:10:00.000Z"}]
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Concern:
        return services.note_concern(concern=self.concern(user, pk), **data, by=user, at=at)
