"""Intakes over the API: weighed, graded, agreed."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import AmountField, VerbView
from core.database.db import present
from core.errors import refused_by
from core.files.services import own_file
from core.history import StatusChange, changes_of
from core.language.typed import Line
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from orders.produce import services
from orders.produce.api.fields import (
    GRADING_EXAMPLE,
    CodeOrWitness,
    GradingIn,
    IntakeGradeOut,
    ProduceReasonIn,
    ProduceStepOut,
    crop_called,
    grams_by_grade,
    person_of,
)
from orders.produce.models import HarvestNotice, Intake, IntakeGrade
from orders.produce.models.intakes import IntakeQuerySet
from orders.stock.forms import MOST
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.models import Person
from stations.people.queries import holder_of

READ = "orders.read_intake"


class IntakeIn(serializers.Serializer):
    """Who brings what, and what the scale shows, in grams."""

    farmer = serializers.UUIDField()
    crop = Line(max_length=20)
    gross_g = serializers.IntegerField(min_value=1, max_value=MOST)
    tare_g = serializers.IntegerField(min_value=0, max_value=MOST)
    notice = serializers.UUIDField(required=False, allow_null=True)


class AdvanceCodeIn(serializers.Serializer):
    """For which amount the farmer is sent a code."""

    amount = AmountField()


class IntakeAdvanceIn(CodeOrWitness):
    """What is paid to the farmer now, with the code that was sent for it, or who saw the signature."""

    amount = AmountField()


class IntakePhotoIn(serializers.Serializer):
    """What was brought, as it lies on the scale."""

    photo = serializers.UUIDField(help_text="A file that was stored before.")


class CorrectWeightIn(serializers.Serializer):
    """What the fruit really weighs, in grams, and why it was written down otherwise."""

    gross_g = serializers.IntegerField(min_value=1, max_value=MOST)
    tare_g = serializers.IntegerField(min_value=0, max_value=MOST)
    reason = Line(max_length=200)


class IntakeOut(ReadSerializer):
    """One delivery of a farmer; weights in grams."""

    id = serializers.UUIDField()
    slip_number = serializers.CharField()
    notice = serializers.UUIDField(source="notice_id", allow_null=True)
    farmer = serializers.UUIDField(source="farmer_id")
    station = serializers.CharField(source="station.code")
    crop = serializers.CharField(source="crop.code")
    status = serializers.CharField()
    gross_g = serializers.IntegerField()
    tare_g = serializers.IntegerField()
    net_g = serializers.IntegerField()
    rejected_g = serializers.IntegerField()
    grades = IntakeGradeOut(many=True)
    expected = serializers.CharField(allow_null=True, help_text="By what city buyers last paid; null where unknown.")
    currency = serializers.CharField()
    dispute_reason = serializers.CharField(allow_null=True)
    weighed_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    photo = serializers.UUIDField(source="photo_id", allow_null=True)
    advance = serializers.CharField(help_text="Paid to the farmer before the fruit is sold.")
    advance_number = serializers.CharField(allow_blank=True, help_text="The slip of the advance.")
    corrects = serializers.UUIDField(
        source="corrects_id", allow_null=True, help_text="The intake of the same fruit whose weight was wrong."
    )

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e11",
        "slip_number": "321324-0007-G261127-4M7Q2",
        "notice": None,
        "farmer": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
        "station": "321324-0007",
        "crop": "fuji",
        "status": "weighed",
        "gross_g": 206000,
        "tare_g": 6000,
        "net_g": 200000,
        "rejected_g": 0,
        "grades": [],
        "expected": None,
        "currency": "CNY",
        "dispute_reason": None,
        "weighed_at": "2026-11-27T02:41:00.000Z",
        "accepted_at": None,
        "photo": None,
        "advance": "0.00",
        "advance_number": "",
        "corrects": None,
    }

    @staticmethod
    def get_grades(intake: Intake) -> QuerySet[IntakeGrade]:
        """Those that stand."""
        return intake.grades.filter(round=intake.round).select_related("grade").order_by("grade__position")


GRADED = IntakeOut.example | {
    "status": "graded",
    "rejected_g": 10000,
    "grades": [
        {"id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e21", "grade": "1", "grams": 150000, "free_g": 150000},
        {"id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e22", "grade": "2", "grams": 40000, "free_g": 40000},
    ],
    "expected": "1143.00",
}
ADVANCED = GRADED | {
    "status": "accepted",
    "accepted_at": "2026-11-27T02:50:00.000Z",
    "advance": "571.50",
    "advance_number": "321324-0007-V261127-5N8R3",
}
PHOTO = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f01"
DISPUTED = GRADED | {"status": "disputed", "dispute_reason": "二级太多"}
ACCEPTED = GRADED | {"status": "accepted", "accepted_at": "2026-11-27T02:49:00.000Z"}


class IntakeDetailOut(IntakeOut):
    """An intake with its history."""

    history = ProduceStepOut(many=True)

    @staticmethod
    def get_history(intake: Intake) -> QuerySet[StatusChange]:
        """The oldest first."""
        return changes_of(intake)


class IntakePages(CursorPages):
    """The newest first."""

    ordering = "-id"


class Intakes(VerbView):
    """Weigh what a farmer brings, with the crates and without."""

    requires, reads = "orders.weigh_intake", READ
    pagination_class = IntakePages
    In = IntakeIn
    Out = IntakeOut
    success_status = 201
    refusals = refused_by(services.weigh_intake)
    in_example: ClassVar[dict[str, Any]] = {
        "farmer": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
        "crop": "fuji",
        "gross_g": 206000,
        "tare_g": 6000,
    }
    out_example = IntakeOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Intake:
        station = counter_of(user, self.requires)
        notice = None
        if data.get("notice"):
            notice = HarvestNotice.objects.open_to(user, READ).filter(pk=data["notice"]).first()
            if notice is None:
                raise ValidationError({"notice": ["No notice within reach has this identifier."]})
        return services.weigh_intake(
            station=station,
            farmer=person_of(user, data["farmer"]),
            crop=crop_called(data["crop"]),
            gross_g=data["gross_g"],
            tare_g=data["tare_g"],
            notice=notice,
            by=user,
            at=at,
            key=key,
        )

    @extend_schema(
        parameters=[OpenApiParameter("status", str), OpenApiParameter("cursor", str)],
        responses=IntakeOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """List intakes of produce within reach, newest first."""
        rows = _intakes().open_to(request.user, READ)
        status = request.query_params.get("status")
        if status in Intake.Status.values:
            rows = rows.filter(status=status)
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(IntakeOut(page, many=True).data)


class IntakeDetail(APIView):
    """Get an intake of produce with its grades and its history."""

    requires = READ
    one_object = True

    @extend_schema(responses=IntakeDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(IntakeDetailOut(load(_intakes(), request.user, READ, pk=pk)).data)


class _IntakeVerb(VerbView):
    one_object = True
    Out: ClassVar[Any] = IntakeOut

    def intake(self, user: User, pk: UUID) -> Intake:
        """The intake, within reach of who acts."""
        return load(_intakes(), user, self.requires, pk=pk)


class GradeIntake(_IntakeVerb):
    """Grade an intake: grams of each grade, and what is not taken."""

    requires = "orders.grade_intake"
    In = GradingIn
    refusals = refused_by(services.grade_intake)
    in_example = GRADING_EXAMPLE
    out_example = GRADED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Intake:
        intake = self.intake(user, pk)
        grams = grams_by_grade(intake.sheet, intake.crop, data["grades"])
        return services.grade_intake(intake=intake, grams=grams, rejected_g=data["rejected_g"], by=user, at=at)


class AskFarmer(_IntakeVerb):
    """Send weight, grades and a code to the farmer's phone."""

    requires = "orders.ask_farmer"
    refusals = refused_by(services.ask_farmer)
    out_example = GRADED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Intake:
        return services.ask_farmer(intake=self.intake(user, pk), by=user, at=at)


class AcceptIntake(_IntakeVerb):
    """Record that the farmer agrees, by the code or by a witnessed signature."""

    requires = "orders.accept_intake"
    In = CodeOrWitness
    refusals = (*refused_by(services.accept_by_code), *refused_by(services.accept_signed))
    in_example = CodeOrWitness.example
    out_example = ACCEPTED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Intake:
        intake = self.intake(user, pk)
        if "code" in data:
            return services.accept_by_code(intake=intake, code=data["code"], by=user, at=at)
        people = Person.objects.open_to(user, "stations.find_person")
        witness = people.filter(cards__code=data["witness_card"], cards__revoked_at=None).first()
        return services.accept_signed(intake=intake, witness=witness, by=user, at=at)


class SendAdvanceCode(_IntakeVerb):
    """Send the farmer a code for an advance of exactly this amount."""

    requires = "orders.send_advance_code"
    In = AdvanceCodeIn
    refusals = refused_by(services.send_advance_code)
    in_example: ClassVar[dict[str, Any]] = {"amount": "571.50"}
    out_example = ACCEPTED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Intake:
        intake = self.intake(user, pk)
        amount = data["amount"].in_currency(intake.currency)
        return services.send_advance_code(intake=intake, amount=amount, by=user, at=at)


class PayAdvance(_IntakeVerb):
    """Pay the farmer a part of what accepted fruit is expected to bring, in cash; at most half."""

    requires = "orders.pay_advance"
    In = IntakeAdvanceIn
    refusals = refused_by(services.pay_advance)
    in_example: ClassVar[dict[str, Any]] = {"amount": "571.50", "code": "481516"}
    out_example = ADVANCED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Intake:
        intake = self.intake(user, pk)
        amount = data["amount"].in_currency(intake.currency)
        if "code" in data:
            return services.pay_advance(intake=intake, amount=amount, code=data["code"], by=user, at=at)
        witness = holder_of(user, data["witness_card"])
        return services.pay_advance(intake=intake, amount=amount, witness=witness, by=user, at=at)


class PhotographIntake(_IntakeVerb):
    """Keep a photo of what was brought, in place of the one before."""

    requires = "orders.photograph_intake"
    In = IntakePhotoIn
    refusals = refused_by(services.photograph_intake, own_file)
    in_example: ClassVar[dict[str, Any]] = {"photo": PHOTO}
    out_example = IntakeOut.example | {"photo": PHOTO}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Intake:
        intake = self.intake(user, pk)
        photo = present(own_file(pk=data["photo"], by=user.pk, field="photo"))
        return services.photograph_intake(intake=intake, photo=photo, by=user, at=at)


class DisputeIntake(_IntakeVerb):
    """Record that the farmer disputes the grades."""

    requires = "orders.dispute_intake"
    In = ProduceReasonIn
    refusals = refused_by(services.dispute_intake)
    in_example: ClassVar[dict[str, Any]] = {"reason": "二级太多"}
    out_example = DISPUTED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Intake:
        return services.dispute_intake(intake=self.intake(user, pk), **data, by=user, at=at)


class RegradeIntake(_IntakeVerb):
    """Grade a disputed intake again, by another person."""

    requires = "orders.regrade_intake"
    In = GradingIn
    refusals = refused_by(services.regrade_intake)
    in_example = GRADING_EXAMPLE
    out_example = DISPUTED | {"status": "regraded"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Intake:
        intake = self.intake(user, pk)
        grams = grams_by_grade(intake.sheet, intake.crop, data["grades"])
        return services.regrade_intake(intake=intake, grams=grams, rejected_g=data["rejected_g"], by=user, at=at)


class CorrectIntake(_IntakeVerb):
    """Correct a weight to which the farmer has agreed; the answer is the intake that replaces it, to be graded anew."""

    requires = "orders.correct_intake"
    In = CorrectWeightIn
    refusals = refused_by(services.correct_intake)
    in_example: ClassVar[dict[str, Any]] = {"gross_g": 26000, "tare_g": 6000, "reason": "多打了一个零"}
    out_example = IntakeOut.example | {"gross_g": 26000, "net_g": 20000, "corrects": IntakeOut.example["id"]}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Intake:
        return services.correct_intake(intake=self.intake(user, pk), **data, by=user, at=at)


class RejectIntake(_IntakeVerb):
    """Record that the farmer takes everything home."""

    requires = "orders.reject_intake"
    In = ProduceReasonIn
    refusals = refused_by(services.reject_intake)
    in_example: ClassVar[dict[str, Any]] = {"reason": "秤没归零"}
    out_example = GRADED | {"status": "rejected"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Intake:
        return services.reject_intake(intake=self.intake(user, pk), **data, by=user, at=at)


def _intakes() -> IntakeQuerySet:
    rows: IntakeQuerySet = Intake.objects.select_related("station__county", "farmer", "crop", "sheet", "notice")
    return rows
