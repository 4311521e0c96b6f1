"""What a device takes along where there is no network, and what it sends afterwards."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.timezone import now
from rest_framework import generics, serializers

from core.api import VerbView
from core.days import day_in
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from health.chronic import services
from health.chronic.api.enrolments import (
    EXAMPLE,
    READ,
    CareVisitOut,
    EnrolmentPages,
    JudgementOut,
    MeasuredVisitIn,
    readings_of,
)
from health.chronic.models import Enrolment, ProtocolVersion
from health.chronic.queries import enrolments, is_due, is_overdue, protocols
from health.chronic.services.sending import ACCEPTED, KNOWN, REFUSED
from health.records.services import record_reads
from stations.accounts.models import User
from stations.people.queries.guardians import age_on
from stations.people.recorded_lists import RecordedList
from stations.people.services import log_refused_reads
from stations.requests import signed_in

MOST_VISITS = 200
#: A list that was taken along is deleted on the device after so many days, or loaded anew.
KEPT = dt.timedelta(days=7)
VISIT_ID = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c41"


class FollowUpOut(ReadSerializer):
    """Who is due: the least that somebody needs at the door. The device deletes it after `keep_until_date`."""

    enrolment = serializers.UUIDField(source="id")
    name = serializers.CharField(source="resident.full_name")
    age = serializers.IntegerField(allow_null=True)
    village = serializers.CharField(allow_blank=True)
    programme = serializers.CharField()
    next_due_date = serializers.DateField()
    is_at_risk = serializers.BooleanField()
    keep_until_date = serializers.DateField()

    @staticmethod
    def get_age(row: Enrolment) -> int | None:
        return age_on(row.resident.birth_date, day_in(row.clinic.zone, now()))

    @staticmethod
    def get_village(row: Enrolment) -> str:
        return row.resident.village.name if row.resident.village else ""

    @staticmethod
    def get_keep_until_date(row: Enrolment) -> dt.date:
        return day_in(row.clinic.zone, now()) + KEPT


class FollowUpsToTake(RecordedList):
    """List who is due within a week or overdue, for a device that will be without network.

    Each resident shown gets a row in the access log. No value, diagnosis or earlier visit is in it.
    """

    requires = READ
    serializer_class = FollowUpOut
    pagination_class = EnrolmentPages
    out_example = {
        "enrolment": EXAMPLE["id"],
        "name": "宋春梅",
        "age": 56,
        "village": "东坡村",
        "programme": "hypertension",
        "next_due_date": "2026-12-01",
        "is_at_risk": False,
        "keep_until_date": "2026-12-04",
    }

    def get_queryset(self) -> QuerySet[Enrolment]:
        today = timezone.localdate()
        own = enrolments().open_to(signed_in(self.request), READ).cared_for()
        return own.filter(is_due(today) | is_overdue(today))

    def record(self, rows: Sequence[Enrolment]) -> None:
        record_reads(residents=[row.resident for row in rows], user=signed_in(self.request), at=now())


class CareProtocolOut(ReadSerializer):
    """A rule as data, for a device that tells of an emergency at once, also without network.

    `parameters` has thresholds in each unit (compared in the unit that was entered) and `call`, the emergency number.
    """

    code = serializers.CharField()
    revision = serializers.IntegerField()
    programme = serializers.CharField()
    country = serializers.CharField()
    parameters = serializers.JSONField()
    from_date = serializers.DateField()
    to_date = serializers.DateField(allow_null=True)


class CareProtocolPages(CursorPages):
    """In the order of their ids."""

    ordering = "pk"


class CareProtocols(generics.ListAPIView):
    """List the rules of the programmes."""

    requires = READ
    serializer_class = CareProtocolOut
    pagination_class = CareProtocolPages
    out_example = {
        "code": "cn-htn",
        "revision": 1,
        "programme": "hypertension",
        "country": "CN",
        "parameters": {"emergency": {"mm[Hg]": {"systolic_from": 180, "diastolic_from": 110}}, "call": "120"},
        "from_date": "2017-02-28",
        "to_date": None,
    }

    def get_queryset(self) -> QuerySet[ProtocolVersion]:
        return protocols()


class SentVisitIn(MeasuredVisitIn):
    """A visit as a device recorded it, on the day of `made_at` in the clinic's zone."""

    op_id = serializers.UUIDField(help_text="Made by the device, once for each visit.")
    enrolment = serializers.UUIDField()
    made_at = serializers.DateTimeField()
    device = Line(max_length=40, required=False, allow_blank=True, default="")


class SentVisitsIn(serializers.Serializer):
    """Visits of one device, in any order; what was sent before is known."""

    visits = serializers.ListField(child=SentVisitIn(), min_length=1, max_length=MOST_VISITS)


class VisitVerdictOut(serializers.Serializer):
    """What became of a visit; `code` and `detail` say why one was refused.

    `call` is the emergency number where somebody must go to hospital today, else empty.
    """

    op_id = serializers.UUIDField()
    outcome = serializers.ChoiceField([ACCEPTED, KNOWN, REFUSED])
    code = serializers.CharField(allow_blank=True)
    detail = serializers.CharField(allow_blank=True)
    call = serializers.CharField(allow_blank=True)
    judgements = JudgementOut(many=True)


class VisitVerdictsOut(serializers.Serializer):
    """In the order in which they were sent."""

    results = VisitVerdictOut(many=True)


class SendVisits(VerbView):
    """Send visits that were recorded without network; each is recorded once however often it is sent.

    One that is refused stops no other. `resident_moved`: the values are kept in the record where the resident agrees,
    and the device deletes its list.
    """

    requires = "health.record_visit"
    In, Out = SentVisitsIn, VisitVerdictsOut
    refusals = refused_by(services.record_visits)
    in_example = {
        "visits": [
            {
                "op_id": VISIT_ID,
                "enrolment": EXAMPLE["id"],
                "made_at": "2026-11-27T01:45:00.000Z",
                "pressures": [{"systolic": 146, "diastolic": 86}],
                "medicines": "some",
            }
        ]
    }
    out_example = {
        "results": [
            {
                "op_id": VISIT_ID,
                "outcome": "accepted",
                "code": "",
                "detail": "",
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
        ]
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> dict[str, Any]:
        visits = [_visit_made(each) for each in data["visits"]]
        within = enrolments().open_to(user, self.requires)
        verdicts = services.record_visits(visits=visits, within=within, by=user, at=at)
        _record_looks(verdicts, user=user, at=at)
        return {"results": [_verdict(each) for each in verdicts]}


def _visit_made(typed: dict[str, Any]) -> services.VisitMade:
    readings = tuple(readings_of(typed))
    signs = tuple(sorted(set(typed.pop("signs", ()))))
    return services.VisitMade(readings=readings, signs=signs, **typed)


def _record_looks(verdicts: Sequence[services.VisitVerdict], *, user: User, at: dt.datetime) -> None:
    """Whose judgement is answered was read; who named somebody out of reach stands in that resident's log."""
    record_reads(residents=[each.visit.resident for each in verdicts if each.visit], user=user, at=at)
    unknown = {each.made.enrolment for each in verdicts if isinstance(each.refusal, services.EnrolmentNotFound)}
    if unknown:
        people = Enrolment.objects.filter(pk__in=unknown).values_list("resident", flat=True)
        log_refused_reads(user=user, people=set(people), at=at)


def _verdict(found: services.VisitVerdict) -> dict[str, Any]:
    refusal, visit = found.refusal, found.visit
    meaning = CareVisitOut(visit).data if visit else {"call": "", "judgements": []}
    return {
        "op_id": str(found.made.op_id),
        "outcome": found.outcome,
        "code": refusal.code if refusal else "",
        "detail": str(refusal) if refusal else "",
        "call": meaning["call"],
        "judgements": meaning["judgements"],
    }
