"""The queue of a clinic, what was said, and what nurse and doctor do."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.timezone import now
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line, Words
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from health.consultations import services
from health.consultations.api.prescriptions import PrescriptionOut
from health.consultations.loading import load_case, log_refused_case
from health.consultations.models import READ_CASE, Consultation, Message, Prescription
from health.consultations.queries import cases, messages_of, prescriptions, prescriptions_of
from health.records.models import Drug
from stations.accounts.models import User
from stations.people.recorded_lists import RecordedList
from stations.requests import signed_in

EXAMPLE = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d01",
    "number": "30518842",
    "resident": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0003",
    "clinic": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c11",
    "doctor": None,
    "status": "accepted",
    "signs": ["fever"],
    "is_urgent": True,
    "requested_at": "2026-12-02T01:00:00.000Z",
    "due_at": "2026-12-02T01:30:00.000Z",
    "closed_because": "",
}


class CaseOut(ReadSerializer):
    """A case: its state, its clock, and the signs that were answered yes."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    resident = serializers.UUIDField(source="resident_id")
    clinic = serializers.UUIDField(source="clinic_id")
    doctor = serializers.UUIDField(source="doctor_id", allow_null=True)
    status = serializers.CharField()
    signs = serializers.ListField(child=serializers.CharField())
    is_urgent = serializers.BooleanField()
    requested_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    closed_because = serializers.CharField(allow_blank=True)


class CasePages(CursorPages):
    """The newest first."""

    ordering = "-pk"


class Cases(RecordedList):
    """List the cases that the reader may open; each resident shown gets a row in the access log."""

    requires = READ_CASE
    serializer_class = CaseOut
    pagination_class = CasePages
    out_example = EXAMPLE

    def get_queryset(self) -> QuerySet[Consultation]:
        return cases().open_to(signed_in(self.request), READ_CASE)

    def record(self, rows: Sequence[Consultation]) -> None:
        services.record_case_reads(rows=rows, user=signed_in(self.request), at=now())


class MessageOut(ReadSerializer):
    """What the resident or the doctor said; photos are files to open."""

    side = serializers.CharField()
    text = serializers.CharField()
    photos = serializers.ListField(child=serializers.UUIDField())
    at = serializers.DateTimeField()

    @staticmethod
    def get_photos(row: Message) -> list[str]:
        return [str(photo.pk) for photo in row.photos.all()]


class CaseContentsOut(serializers.Serializer):
    """A case with all that was said, the oldest first, and what was prescribed."""

    case = CaseOut()
    messages = MessageOut(many=True)
    prescriptions = PrescriptionOut(many=True)


class CaseContents(APIView):
    """Show a case; the look gets a row in the access log."""

    requires = READ_CASE
    one_object = True

    @extend_schema(operation_id="casesRetrieve", responses=CaseContentsOut)
    def get(self, request: Request, pk: UUID) -> Response:
        user = signed_in(request)
        found = load_case(user, pk, READ_CASE)
        services.record_case_reads(rows=[found], user=user, at=now())
        return Response(
            {
                "case": CaseOut(found).data,
                "messages": MessageOut(messages_of(found), many=True).data,
                "prescriptions": PrescriptionOut(prescriptions_of(found), many=True).data,
            }
        )


class _CaseVerb(VerbView):
    """One verb of a case; the attempt of somebody who is told 404 stands in the resident's log."""

    one_object = True
    Out: ClassVar[type[serializers.Serializer]] = CaseOut
    out_example: ClassVar[dict[str, Any]] = EXAMPLE
    service: ClassVar[Callable[..., Consultation]]

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Any:
        return type(self).service(consultation=self.case(user, pk), **data, by=user, at=at)

    def case(self, user: User, pk: UUID) -> Consultation:
        """The case within reach of the verb."""
        return load(cases(), user, self.requires, pk=pk)

    def handle_exception(self, exc: Exception) -> Response:
        """The refused transaction is over: this row stands on its own."""
        if isinstance(exc, Http404) and self.request.user.is_authenticated:
            log_refused_case(signed_in(self.request), self.kwargs["pk"])
        return super().handle_exception(exc)


class AcceptCase(_CaseVerb):
    """Let doctors take a request, as nurse or doctor. Refused: `first_visit_online`, `wrong_state`."""

    requires = "health.accept_case"
    service = services.accept_case
    refusals = refused_by(services.accept_case)


class CaseRejectIn(serializers.Serializer):
    """Why it is not possible online."""

    because = serializers.ChoiceField([each.value for each in services.REJECTED_BECAUSE])


class RejectCase(_CaseVerb):
    """Send a request back; the fee comes back. Refused: `wrong_state`."""

    requires = "health.reject_case"
    In = CaseRejectIn
    service = services.reject_case
    refusals = refused_by(services.reject_case)
    in_example = {"because": "first_visit"}
    out_example = EXAMPLE | {"status": "rejected", "due_at": None, "closed_because": "first_visit"}


class ClaimCase(_CaseVerb):
    """Take a case as its doctor; of two the second is told. Refused: `already_claimed`, `not_licensed_online`."""

    requires = "health.claim_case"
    service = services.claim_case
    refusals = refused_by(services.claim_case)
    out_example = EXAMPLE | {"status": "in_progress", "doctor": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c12"}


class CaseAnswerIn(serializers.Serializer):
    """What the doctor says."""

    text = Words(max_length=1000)


class AnswerCase(_CaseVerb):
    """Answer or ask as the doctor of the case. Refused: `not_your_case`, `wrong_state`."""

    requires = "health.answer_case"
    In = CaseAnswerIn
    service = services.answer_case
    refusals = refused_by(services.answer_case)
    in_example = {"text": "请再量一次体温"}
    out_example = EXAMPLE | {"status": "on_hold", "doctor": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c12"}


class CaseCompleteIn(serializers.Serializer):
    """What stands in the record."""

    summary = Words(max_length=2000)
    advice = Words(max_length=1000, required=False, allow_blank=True)


class CompleteCase(_CaseVerb):
    """Close a case with a summary in the record. Refused: `not_your_case`, `consent_missing`, `wrong_state`."""

    requires = "health.complete_case"
    In = CaseCompleteIn
    service = services.complete_case
    refusals = refused_by(services.complete_case)
    in_example = {"summary": "上呼吸道感染", "advice": "多喝水，三天不好再来"}
    out_example = EXAMPLE | {"status": "completed", "due_at": None}


class ReferCase(_CaseVerb):
    """End a case because the resident must be seen in person; the fee comes back. Refused: `not_your_case`."""

    requires = "health.refer_case"
    service = services.refer_case
    refusals = refused_by(services.refer_case)
    out_example = EXAMPLE | {"status": "failed", "due_at": None, "closed_because": "referred"}


class PrescriptionIn(serializers.Serializer):
    """A drug of the list by its ATC code, for 1 to 30 days."""

    drug = serializers.SlugRelatedField(slug_field="code", queryset=Drug.objects.filter(is_active=True))
    dose = Line(max_length=120)
    days = serializers.IntegerField(min_value=1, max_value=30)


class PrescribeDrug(_CaseVerb):
    """Sign a prescription; it takes effect when a pharmacist has released it.

    Refused: `allergy_known`, `drug_not_allowed_online`, `not_your_case`, `not_licensed_online`.
    """

    requires = "health.prescribe_drug"
    In, Out = PrescriptionIn, PrescriptionOut
    success_status = 201
    refusals = refused_by(services.prescribe_drug)
    in_example = {"drug": "C08CA01", "dose": "每天一次，每次 5 毫克", "days": 14}
    out_example = PrescriptionOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Prescription:
        made = services.prescribe_drug(consultation=self.case(user, pk), **data, by=user, at=at)
        return prescriptions().get(pk=made.pk)


class StopPrescriptionIn(serializers.Serializer):
    """Which prescription of the case ends now, and why."""

    prescription = serializers.UUIDField()
    reason = Line(max_length=200)


class StopPrescription(_CaseVerb):
    """Stop a prescription that was released, as its doctor; resident and station are told that there is something.

    Refused: `not_your_case`, `wrong_state`.
    """

    requires = "health.stop_drug"
    In, Out = StopPrescriptionIn, PrescriptionOut
    refusals = refused_by(services.stop_prescription)
    in_example = {"prescription": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d11", "reason": "血压偏低"}
    out_example = PrescriptionOut.example | {"status": "stopped"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Prescription:
        found = self.case(user, pk).prescriptions.filter(pk=data["prescription"]).first()
        if found is None:
            raise serializers.ValidationError({"prescription": [gettext("Choose one.")]})
        services.stop_prescription(prescription=found, reason=data["reason"], by=user, at=at)
        return prescriptions().get(pk=found.pk)
