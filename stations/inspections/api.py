"""Inspections and visits over the API."""

import datetime as dt
from typing import Any

from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.files.services import own_file
from core.language.typed import Line, Words
from stations.accounts.models import User
from stations.inspections import services
from stations.inspections.models import Inspection, SupportVisit
from stations.network.models import Station


class InspectionOut(serializers.Serializer):
    id = serializers.IntegerField()
    station = serializers.CharField(source="station.code")
    status = serializers.ChoiceField(Inspection.Status.choices)
    planned_date = serializers.DateField()
    done_at = serializers.DateTimeField(allow_null=True)
    answers = serializers.DictField(child=serializers.CharField())
    score = serializers.IntegerField(allow_null=True)
    notes = serializers.CharField()
    followup_date = serializers.DateField(allow_null=True)


EXAMPLE = {
    "id": 4,
    "station": "321324-0007",
    "status": "planned",
    "planned_date": "2026-11-27",
    "done_at": None,
    "answers": {},
    "score": None,
    "notes": "",
    "followup_date": None,
}


class PlanInspectionIn(serializers.Serializer):
    station = serializers.RegexField(r"^\d{6}-\d{4}$")
    planned_date = serializers.DateField()


class Inspections(VerbView, generics.ListAPIView):
    """Plan an inspection."""

    requires, reads = "stations.plan_inspection", "stations.read_inspection"
    In, Out, success_status = PlanInspectionIn, InspectionOut, 201
    serializer_class = InspectionOut
    refusals = refused_by(services.plan_inspection)
    in_example = {"station": "321324-0007", "planned_date": "2030-11-27"}
    out_example = EXAMPLE

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List inspections of the stations within reach, newest first."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        return Inspection.objects.open_to(self.request.user, self.reads).select_related("station")

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        station = load(Station.objects.all(), user, self.requires, code=data["station"])
        made = services.plan_inspection(
            station=station, inspector=user, planned_date=data["planned_date"], actor=user, at=at
        )
        return InspectionOut(made).data


class FinishIn(serializers.Serializer):
    answers = serializers.DictField(
        child=serializers.ChoiceField(list(services.ANSWERS)), help_text="Question code -> answer."
    )
    notes = Words(max_length=1000, required=False, default="", allow_blank=True)
    photos = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=10)
    latitude = serializers.DecimalField(9, 6, required=False, min_value=-90, max_value=90)
    longitude = serializers.DecimalField(9, 6, required=False, min_value=-180, max_value=180)
    followup_date = serializers.DateField(required=False)


class FinishInspection(VerbView):
    """Finish an inspection: an answer to every question, and the score that follows."""

    requires = "stations.make_inspection"
    one_object = True
    In, Out = FinishIn, InspectionOut
    refusals = refused_by(services.finish_inspection, own_file)
    in_example = {"answers": {"sign_outside": "yes", "till_locked": "no"}, "notes": "招牌要换"}
    out_example = {**EXAMPLE, "status": "done", "done_at": "2026-11-27T03:00:00.000Z", "score": 85}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        row = load(Inspection.objects.select_related("station"), user, self.requires, pk=path["inspection_id"])
        photos = [own_file(pk=pk, by=user.pk, field="photos") for pk in data["photos"]]
        both = "latitude" in data and "longitude" in data
        done = services.finish_inspection(
            inspection=row,
            answers=data["answers"],
            notes=data["notes"],
            photos=photos,
            position=(data["latitude"], data["longitude"]) if both else None,
            followup_date=data.get("followup_date"),
            actor=user,
            at=at,
        )
        return InspectionOut(done).data


class CancelIn(serializers.Serializer):
    reason = Line(max_length=200)


class CancelInspection(VerbView):
    """Cancel an inspection."""

    requires = "stations.plan_inspection"
    one_object = True
    In, Out = CancelIn, InspectionOut
    refusals = refused_by(services.cancel_inspection)
    in_example = {"reason": "大雪封路"}
    out_example = {**EXAMPLE, "status": "cancelled"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        row = load(Inspection.objects.select_related("station"), user, self.requires, pk=path["inspection_id"])
        return InspectionOut(services.cancel_inspection(inspection=row, actor=user, at=at, **data)).data


class VisitOut(serializers.Serializer):
    id = serializers.IntegerField()
    station = serializers.CharField(source="station.code")
    reason = serializers.CharField()
    status = serializers.ChoiceField(SupportVisit.Status.choices)
    due_date = serializers.DateField()
    done_at = serializers.DateTimeField(allow_null=True)
    seen = serializers.CharField()
    agreed = serializers.CharField()
    followup_date = serializers.DateField(allow_null=True)


VISIT_EXAMPLE = {
    "id": 9,
    "station": "321324-0007",
    "reason": "float_out",
    "status": "due",
    "due_date": "2026-12-02",
    "done_at": None,
    "seen": "",
    "agreed": "",
    "followup_date": None,
}


class Visits(generics.ListAPIView):
    """List support visits that warnings opened, newest first."""

    requires = "stations.read_support_visit"
    serializer_class = VisitOut
    out_example = VISIT_EXAMPLE

    def get_queryset(self) -> Any:
        return SupportVisit.objects.open_to(self.request.user, self.requires).select_related("station")


class FinishVisitIn(serializers.Serializer):
    seen = Words(max_length=1000)
    agreed = Line(max_length=200)
    followup_date = serializers.DateField(required=False)


class FinishVisit(VerbView):
    """Finish a support visit: what was seen and what was agreed."""

    requires = "stations.make_support_visit"
    one_object = True
    In, Out = FinishVisitIn, VisitOut
    refusals = refused_by(services.finish_support_visit)
    in_example = {"seen": "预付款常在上午用完", "agreed": "每晚看预测，先充好第二天的"}
    out_example = {**VISIT_EXAMPLE, "status": "done", "done_at": "2026-11-30T03:00:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, **path: Any) -> dict[str, Any]:
        row = load(SupportVisit.objects.select_related("station"), user, self.requires, pk=path["visit_id"])
        return VisitOut(services.finish_support_visit(visit=row, actor=user, at=at, **data)).data
