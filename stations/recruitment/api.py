"""The public register over the API."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import PUBLIC, load
from core.api import VerbView
from core.errors import TooMany, refused_by
from core.language.typed import Line, Words
from core.serializers import ReadSerializer
from stations.accounts.models import User
from stations.network.models import Station
from stations.network.queries import STATE_CHOICES as STATES_OF_STATIONS
from stations.recruitment.models import Certificate, RegisterReport
from stations.recruitment.queries import STATE_CHOICES, Registered, certifiable_at
from stations.recruitment.services import (
    NotAtStation,
    NotRegistered,
    NumberMistyped,
    answer_report,
    issue_certificate,
    look_up,
    report_number,
)


class AuthorisedOut(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    open = serializers.BooleanField(source="is_open")


class HoursOut(serializers.Serializer):
    weekday = serializers.CharField(source="words")
    hours = serializers.CharField()


class RegisteredOut(serializers.Serializer):
    number = serializers.CharField()
    subject = serializers.CharField()
    name_masked = serializers.CharField()
    station = serializers.CharField(source="station.code")
    station_name = serializers.CharField(source="station.name")
    village = serializers.CharField(source="station.village.short_name")
    valid_from = serializers.DateField(source="issued_date")
    valid_to = serializers.DateField(source="expires_date", help_text="The last valid day.")
    state = serializers.ChoiceField(STATE_CHOICES)
    station_state = serializers.ChoiceField(STATES_OF_STATIONS, source="station_state.code")
    services = AuthorisedOut(many=True)
    hours = HoursOut(many=True, source="week", help_text="The published week, Monday first.")
    photo = serializers.SerializerMethodField(help_text="Address of the holder's photo; null when there is none.")

    def get_photo(self, found: Registered) -> str | None:
        if not found.has_photo:
            return None
        return f"{settings.ECOMNET_PUBLIC_URL}{reverse('recruitment:photo', args=[found.number])}"


class Register(APIView):
    """Get the public entry of a certificate; at most 30 look-ups a minute per address. Nobody pays to join, ever."""

    requires = PUBLIC
    refusals = (NumberMistyped, NotRegistered, TooMany)
    out_example = {
        "number": "321324000710004215",
        "subject": "合伙人",
        "name_masked": "王*英",
        "station": "321324-0007",
        "station_name": "桑园村服务站",
        "village": "桑园村",
        "valid_from": "2026-01-10",
        "valid_to": "2028-01-09",
        "state": "valid",
        "station_state": "open_now",
        "services": [{"code": "bill_payment", "name": "生活缴费", "open": True}],
        "hours": [{"weekday": "星期一", "hours": "08:00–12:00, 13:30–18:00"}],
        "photo": None,
    }

    @extend_schema(responses=RegisteredOut)
    def get(self, request: Any, number: str) -> Response:
        found = look_up(number=number, address=request.META.get("REMOTE_ADDR", ""), at=now())
        return Response(RegisteredOut(found).data)


class ReportIn(serializers.Serializer):
    kind = serializers.ChoiceField(RegisterReport.Kind.choices)
    text = Words(max_length=1000, required=False, default="", allow_blank=True)
    phone = Line(max_length=24, required=False, default="", allow_blank=True)


class ReportOut(serializers.Serializer):
    number = serializers.CharField()
    kind = serializers.CharField()
    at = serializers.DateTimeField()


class ReportNumber(VerbView):
    """Report a certificate to the county. No sign-in is needed."""

    requires = PUBLIC
    In, Out, success_status = ReportIn, ReportOut, 201
    refusals = refused_by(report_number)
    in_example = {"kind": "asked_for_money", "text": "要我先交五百元加盟费"}
    out_example = {"number": "321324000710004215", "kind": "asked_for_money", "at": "2026-11-25T06:30:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, number: str) -> dict[str, Any]:
        address = self.request.META.get("REMOTE_ADDR", "")
        return ReportOut(report_number(number=number, address=address, at=at, **data)).data


class IssueCertificateIn(serializers.Serializer):
    holder = serializers.UUIDField(help_text="The user who is certified: a partner or helper of the station.")
    subject = serializers.ChoiceField(Certificate.Subject.choices)


class CertificateOut(ReadSerializer):
    """A certificate. `expires_date` is its last valid day."""

    number = serializers.CharField()
    subject = serializers.CharField()
    holder = serializers.UUIDField(source="holder_id")
    station = serializers.CharField(source="station.code")
    issued_date = serializers.DateField()
    expires_date = serializers.DateField()


class IssueCertificate(VerbView):
    """Certify a partner or helper of a station for 24 months, once the courses are completed; renew before the end."""

    requires = "stations.issue_certificate"
    one_object = True
    In, Out, success_status = IssueCertificateIn, CertificateOut, 201
    refusals = refused_by(issue_certificate)
    in_example = {"holder": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0a01", "subject": "insurance"}
    out_example = {
        "number": "321324000730000168",
        "subject": "insurance",
        "holder": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0a01",
        "station": "321324-0007",
        "issued_date": "2026-11-25",
        "expires_date": "2028-11-24",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, code: str) -> Certificate:
        station = load(Station.objects.select_related("county"), user, self.requires, code=code)
        holder = next((each for each in certifiable_at(station, at) if each.pk == data["holder"]), None)
        if holder is None:
            raise NotAtStation(field="holder")
        return issue_certificate(station=station, holder=holder, subject=data["subject"], by=user, at=at)


class RegisterReportOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    county = serializers.CharField(source="county.code", allow_null=True, default=None)
    kind = serializers.ChoiceField(RegisterReport.Kind.choices)
    text = serializers.CharField()
    phone = serializers.CharField()
    at = serializers.DateTimeField()
    status = serializers.ChoiceField(RegisterReport.Status.choices)
    finding = serializers.CharField()


REPORT_EXAMPLE = {
    "id": 5,
    "number": "321324000710004215",
    "county": "321324000000",
    "kind": "asked_for_money",
    "text": "要我先交五百元加盟费",
    "phone": "",
    "at": "2026-11-25T06:30:00.000Z",
    "status": "open",
    "finding": "",
}


class RegisterReports(generics.ListAPIView):
    """List reports about certificates of the counties within reach, newest first."""

    requires = "stations.read_register_report"
    serializer_class = RegisterReportOut
    out_example = REPORT_EXAMPLE

    def get_queryset(self) -> Any:
        return RegisterReport.objects.open_to(self.request.user, self.requires).select_related("county")


class AnswerReportIn(serializers.Serializer):
    finding = Line(max_length=200)


class AnswerReport(VerbView):
    """Answer a report about a certificate: what the county found and did."""

    requires = "stations.answer_register_report"
    one_object = True
    In, Out = AnswerReportIn, RegisterReportOut
    refusals = refused_by(answer_report)
    in_example = {"finding": "不是我们的人，已报警并在村里贴了告示"}
    out_example = {**REPORT_EXAMPLE, "status": "answered", "finding": "不是我们的人，已报警并在村里贴了告示"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, report_id: int) -> dict[str, Any]:
        report = load(RegisterReport.objects.select_related("county"), user, self.requires, pk=report_id)
        return RegisterReportOut(answer_report(report=report, actor=user, at=at, **data)).data
