"""Programmes over the API: residents of the own clinic, visits, calls, answers; dates for stations; numbers."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import VerbView
from core.errors import refused_by
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from health.chronic import services
from health.chronic.forms import ALSO
from health.chronic.models import Enrolment, FollowUpVisit, Judgement, OutreachCall, Programme, Referral, Result, Sign
from health.chronic.queries import asked_to_come, enrolments, numbers_of
from health.hospitals.models import Hospital
from health.records.models import Unit
from health.records.services import Glucose, Pressure, Reading, record_reads
from stations.accounts.models import User
from stations.people.recorded_lists import RecordedList
from stations.people.refused_reads import LogsRefusedReads, load_of_resident
from stations.requests import signed_in

READ = "health.read_enrolment"
EXAMPLE = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c31",
    "resident": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c32",
    "programme": "hypertension",
    "clinic": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c11",
    "status": "active",
    "next_due_date": "2026-12-11",
    "last_result": "uncontrolled_first",
}


class EnrolmentOut(ReadSerializer):
    """A resident in a programme: the next date (of the clinic's zone), and what the last visit meant."""

    id = serializers.UUIDField()
    resident = serializers.UUIDField(source="resident_id")
    programme = serializers.CharField()
    clinic = serializers.UUIDField(source="clinic_id")
    status = serializers.CharField()
    next_due_date = serializers.DateField(allow_null=True)
    last_result = serializers.CharField(allow_blank=True)


class EnrolmentPages(CursorPages):
    """In the order of their ids."""

    ordering = "pk"


class Enrolments(RecordedList):
    """List the residents in programmes of the own clinics; each one shown gets a row in the access log."""

    requires = READ
    serializer_class = EnrolmentOut
    pagination_class = EnrolmentPages
    out_example = EXAMPLE

    def get_queryset(self) -> QuerySet[Enrolment]:
        return enrolments().open_to(signed_in(self.request), READ)

    def record(self, rows: Sequence[Enrolment]) -> None:
        record_reads(residents=[row.resident for row in rows], user=signed_in(self.request), at=now())


class CareEnrolIn(serializers.Serializer):
    """Who comes into which programme; `manner` is how the resident agreed now, empty where it was before."""

    clinic = serializers.UUIDField()
    id_number = serializers.CharField(max_length=24)
    programme = serializers.ChoiceField(Programme.choices)
    manner = serializers.ChoiceField(["signature", "paper"], required=False, allow_blank=True)


class EnrolResident(VerbView):
    """Put a resident into a programme of a clinic, with the consent to a health record.

    Refused: `resident_not_found`, `already_enrolled`, `protocol_not_active`, `consent_missing`.
    """

    requires = "health.enrol_resident"
    In, Out = CareEnrolIn, EnrolmentOut
    success_status = 201
    refusals = refused_by(services.enrol_resident)
    in_example = {
        "clinic": EXAMPLE["clinic"],
        "id_number": "110105194912310028",
        "programme": "hypertension",
        "manner": "signature",
    }
    out_example = EXAMPLE | {"status": "planned", "next_due_date": None, "last_result": ""}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Enrolment:
        clinic = Hospital.objects.open_to(user, self.requires).filter(pk=data.pop("clinic")).first()
        if clinic is None:
            raise serializers.ValidationError({"clinic": [_("This is no clinic of yours.")]})
        return services.enrol_resident(clinic=clinic, **data, by=user, at=at)


class _EnrolmentVerb(LogsRefusedReads, VerbView):
    one_object = True
    Out: ClassVar[type[serializers.Serializer] | None] = EnrolmentOut
    out_example: ClassVar[dict[str, Any] | None] = EXAMPLE

    def enrolment(self, user: User, pk: UUID) -> Enrolment:
        """The enrolment, within reach of the verb."""
        return load_of_resident(enrolments(), user, self.requires, resident="resident", pk=pk)


class CareConfirmIn(serializers.Serializer):
    """Diagnoses (ICD-10) that are confirmed beside that of the programme."""

    conditions = serializers.ListField(child=serializers.ChoiceField([each.value for each in ALSO]), required=False)


class ConfirmEnrolment(_EnrolmentVerb):
    """Confirm the diagnosis as a doctor: care begins, and a visit is due today."""

    requires = "health.confirm_enrolment"
    In = CareConfirmIn
    refusals = refused_by(services.confirm_enrolment)
    in_example = {"conditions": ["I64"]}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Enrolment:
        return services.confirm_enrolment(enrolment=self.enrolment(user, pk), **data, by=user, at=at)


class PressureIn(serializers.Serializer):
    """A blood pressure in mm[Hg]."""

    systolic = serializers.IntegerField(min_value=1, max_value=999)
    diastolic = serializers.IntegerField(min_value=1, max_value=999)


class GlucoseIn(serializers.Serializer):
    """A glucose value in the unit in which it was read off the device."""

    glucose = serializers.DecimalField(max_digits=6, decimal_places=2, min_value=Decimal("0.01"))
    unit = serializers.ChoiceField([Unit.MMOL.value, Unit.MG.value])
    is_fasting = serializers.BooleanField()


class MeasuredVisitIn(serializers.Serializer):
    """What was measured and said at a follow-up visit."""

    pressures = PressureIn(many=True, required=False)
    glucoses = GlucoseIn(many=True, required=False)
    signs = serializers.ListField(child=serializers.ChoiceField(Sign.choices), required=False)
    medicines = serializers.ChoiceField(FollowUpVisit.Medicines.choices)
    has_adverse_reaction = serializers.BooleanField(required=False)
    has_complication = serializers.BooleanField(required=False)
    mode = serializers.ChoiceField(FollowUpVisit.Mode.choices, required=False)


class VisitIn(MeasuredVisitIn):
    """A follow-up visit; `visit_date` of the clinic's zone where it was not today."""

    visit_date = serializers.DateField(required=False)


def readings_of(typed: dict[str, Any]) -> list[Reading]:
    """The measurements of a visit as they were typed; they are taken out."""
    pressures: list[Reading] = [Pressure(**each) for each in typed.pop("pressures", [])]
    return pressures + [Glucose(each.pop("glucose"), **each) for each in typed.pop("glucoses", [])]


class JudgementOut(ReadSerializer):
    """What the visit means for a programme: result, codes of the reasons, the next date, and the rule."""

    enrolment = serializers.UUIDField(source="enrolment_id")
    result = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())
    next_due_date = serializers.DateField()
    protocol = serializers.CharField(source="protocol.code")
    revision = serializers.IntegerField(source="protocol.revision")


class CareVisitOut(ReadSerializer):
    """A recorded visit. `call` is the emergency number where somebody must go to hospital today, else empty."""

    id = serializers.UUIDField()
    local_date = serializers.DateField()
    call = serializers.CharField(allow_blank=True)
    judgements = JudgementOut(many=True)

    @staticmethod
    def get_judgements(row: FollowUpVisit) -> list[Judgement]:
        return list(row.judgements.filter(replaced_at=None).select_related("protocol").order_by("enrolment"))

    @staticmethod
    def get_call(row: FollowUpVisit) -> str:
        found = row.judgements.filter(replaced_at=None, result=Result.EMERGENCY).select_related("protocol").first()
        return found.protocol.parameters["call"] if found else ""


class RecordVisit(_EnrolmentVerb):
    """Record a follow-up visit: it is judged at once for each programme of the resident, and the next one is due.

    A second one on the same day adds its values to the first.
    """

    requires = "health.record_visit"
    In, Out = VisitIn, CareVisitOut
    refusals = refused_by(services.record_visit)
    in_example = {
        "pressures": [{"systolic": 146, "diastolic": 86}, {"systolic": 142, "diastolic": 84}],
        "glucoses": [{"glucose": "7.4", "unit": "mmol/L", "is_fasting": True}],
        "medicines": "some",
    }
    out_example = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c33",
        "local_date": "2026-11-27",
        "call": "",
        "judgements": [
            {
                "enrolment": EXAMPLE["id"],
                "result": "uncontrolled_first",
                "reasons": ["over_target"],
                "next_due_date": "2026-12-11",
                "protocol": "cn-htn",
                "revision": 1,
            }
        ],
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> FollowUpVisit:
        readings = readings_of(data)
        enrolment = self.enrolment(user, pk)
        return services.record_visit(enrolment=enrolment, readings=readings, **data, by=user, at=at)


class OutreachIn(serializers.Serializer):
    """What a resident said on the phone."""

    outcome = serializers.ChoiceField(OutreachCall.Outcome.choices)


class RecordOutreach(_EnrolmentVerb):
    """Record what a resident said who was called, and leave them off the list for some days."""

    requires = "health.record_outreach"
    In = OutreachIn
    refusals = refused_by(services.record_call)
    in_example = {"outcome": "will_come"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Enrolment:
        return services.record_call(enrolment=self.enrolment(user, pk), **data, by=user, at=at)


class AnswerIn(serializers.Serializer):
    """What the hospital answered."""

    outcome = serializers.ChoiceField(Referral.Outcome.choices)
    answer = serializers.CharField(max_length=200, required=False, allow_blank=True)


class RecordAnswer(_EnrolmentVerb):
    """Record the answer of the hospital: it alone completes the open referral."""

    requires = "health.record_answer"
    In = AnswerIn
    refusals = refused_by(services.record_answer)
    in_example = {"outcome": "treated"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Enrolment:
        return services.record_answer(enrolment=self.enrolment(user, pk), **data, by=user, at=at)


class CareFinishIn(serializers.Serializer):
    """Why care ends."""

    ending = serializers.ChoiceField(Enrolment.Ending.choices)


class FinishEnrolment(_EnrolmentVerb):
    """End the care of a resident in a programme: nobody is called any more."""

    requires = "health.finish_enrolment"
    In = CareFinishIn
    refusals = refused_by(services.finish_enrolment)
    in_example = {"ending": "moved"}
    out_example = EXAMPLE | {"status": "finished"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Enrolment:
        return services.finish_enrolment(enrolment=self.enrolment(user, pk), **data, by=user, at=at)


class FollowUpDateOut(ReadSerializer):
    """Who is to come to which clinic on which day; nothing says why."""

    resident = serializers.UUIDField(source="resident_id")
    clinic = serializers.UUIDField(source="clinic_id")
    date = serializers.DateField(source="next_due_date")


class FollowUpDates(generics.ListAPIView):
    """List who of the own station is asked to a clinic within a week."""

    requires = "health.read_followup_date"
    serializer_class = FollowUpDateOut
    pagination_class = EnrolmentPages
    out_example = {"resident": EXAMPLE["resident"], "clinic": EXAMPLE["clinic"], "date": "2026-12-11"}

    def get_queryset(self) -> QuerySet[Enrolment]:
        return asked_to_come(signed_in(self.request), today=timezone.localdate())


class NumbersOut(serializers.Serializer):
    """A programme in a township (all together: empty); null where fewer than five people would be told of."""

    programme = serializers.CharField()
    place = serializers.CharField(allow_blank=True)
    under_care = serializers.IntegerField(allow_null=True)
    in_time = serializers.IntegerField(allow_null=True)
    in_target = serializers.IntegerField(allow_null=True)


class IndicatorsOut(serializers.Serializer):
    """Numbers of all programmes within reach."""

    results = NumbersOut(many=True)


class HealthIndicators(APIView):
    """Show the numbers of the programmes by township; small ones are hidden."""

    requires = "health.read_indicator"

    @extend_schema(operation_id="healthIndicatorsList", responses=IndicatorsOut)
    def get(self, request: Request) -> Response:
        found = numbers_of(signed_in(request), today=timezone.localdate())
        return Response({"results": NumbersOut(found, many=True).data})
