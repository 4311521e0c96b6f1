"""Results over the API: batches of devices, completing, reports, urgent results."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from health.checkups import services
from health.checkups.api.campaigns import CheckupPages
from health.checkups.api.verbs import ResidentVerb
from health.checkups.loading import load_report
from health.checkups.models import CareTask, CheckupReport, CheckupResult
from health.checkups.models.orders import READ_REPORT
from health.checkups.queries import care_tasks, current_results, orders, reports
from health.checkups.services.results import ACCEPTED, KNOWN, REFUSED
from health.records.queries import CHECKUP_LOOK
from stations.accounts.models import User
from stations.people.recorded_lists import RecordedList
from stations.people.services import log_read, log_reads
from stations.requests import signed_in

MOST_READINGS = 200
READING_ID = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e05"
REPORT = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e06",
    "order": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e04",
    "resident": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c32",
    "status": "final",
    "due_date": "2026-12-11",
    "released_at": "2026-12-04T02:00:00.000Z",
    "told_at": None,
}
TASK = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e07",
    "order": REPORT["order"],
    "resident": REPORT["resident"],
    "item": "glucose",
    "due_date": "2026-11-27",
    "status": "requested",
    "outcome": "",
}


class ReadingIn(serializers.Serializer):
    """One item as a device recorded it: a number in its unit, the code of an answer, or why there is none."""

    op_id = serializers.UUIDField(help_text="Made by the device, once for each reading.")
    serial = serializers.CharField(max_length=20)
    item = serializers.CharField(max_length=20)
    measured = serializers.DecimalField(8, 2, required=False, allow_null=True, default=None)
    choice = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    absent_because = serializers.ChoiceField(CheckupResult.Absent.choices, required=False, allow_blank=True, default="")
    unit = serializers.CharField(max_length=12, required=False, allow_blank=True, default="")
    text = Line(max_length=200, required=False, allow_blank=True, default="")
    device = Line(max_length=40, required=False, allow_blank=True, default="")
    reason = Line(max_length=200, required=False, allow_blank=True, default="")
    made_at = serializers.DateTimeField()


class ReadingsIn(serializers.Serializer):
    """Readings of one or several check-ups, in any order; what was sent before is known."""

    results = serializers.ListField(child=ReadingIn(), max_length=MOST_READINGS)


class VerdictOut(serializers.Serializer):
    """What became of a reading; `code` and `detail` say why one was refused, `flag` what a value means."""

    op_id = serializers.UUIDField()
    outcome = serializers.ChoiceField([ACCEPTED, KNOWN, REFUSED])
    flag = serializers.CharField(allow_blank=True)
    code = serializers.CharField(allow_blank=True)
    detail = serializers.CharField(allow_blank=True)


class VerdictsOut(serializers.Serializer):
    """In the order in which they were sent."""

    results = VerdictOut(many=True)


class RecordResults(VerbView):
    """Send results; each is stored once however often it is sent, and one that is refused stops no other."""

    requires = "health.record_checkup_result"
    In, Out = ReadingsIn, VerdictsOut
    refusals = refused_by(services.record_results)
    in_example = {
        "results": [
            {
                "op_id": READING_ID,
                "serial": "482913-0042",
                "item": "glucose",
                "measured": "6.60",
                "unit": "mmol/L",
                "made_at": "2026-11-27T01:45:00.000Z",
            }
        ]
    }
    out_example = {"results": [{"op_id": READING_ID, "outcome": "accepted", "flag": "H", "code": "", "detail": ""}]}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> dict[str, Any]:
        readings = [services.Reading(value=each.pop("measured"), **each) for each in data["results"]]
        within = orders().open_to(user, self.requires)
        verdicts = services.record_results(readings=readings, within=within, by=user, at=at)
        return {"results": [_verdict(each) for each in verdicts]}


def _verdict(found: services.Verdict) -> dict[str, Any]:
    refusal = found.refusal
    return {
        "op_id": str(found.reading.op_id),
        "outcome": found.outcome,
        "flag": str(found.flag),
        "code": refusal.code if refusal else "",
        "detail": str(refusal) if refusal else "",
    }


class CheckupResultOut(ReadSerializer):
    """A result that counts, with the range that was normal for this resident on that day."""

    item = serializers.CharField(source="item.code")
    measured = serializers.DecimalField(8, 2, allow_null=True, source="value")
    unit = serializers.CharField(allow_blank=True)
    choice = serializers.CharField(allow_blank=True)
    absent_because = serializers.CharField(allow_blank=True)
    low = serializers.DecimalField(8, 2, allow_null=True)
    high = serializers.DecimalField(8, 2, allow_null=True)
    flag = serializers.CharField(allow_blank=True)
    made_at = serializers.DateTimeField()


class CheckupReportOut(ReadSerializer):
    """A report with its clock; `due_date` is a day of the clinic's zone."""

    id = serializers.UUIDField()
    order = serializers.UUIDField(source="order_id")
    resident = serializers.UUIDField(source="order.resident_id")
    status = serializers.CharField()
    due_date = serializers.DateField()
    released_at = serializers.DateTimeField(allow_null=True)
    told_at = serializers.DateTimeField(allow_null=True)


class ReportContentsOut(serializers.Serializer):
    """A report with the results that count."""

    report = CheckupReportOut()
    results = CheckupResultOut(many=True)


class FinishCheckup(ResidentVerb):
    """Complete a check-up: each needed item has a result or a reason."""

    requires = "health.finish_checkup"
    Out = CheckupReportOut
    refusals = refused_by(services.finish_order)
    out_example = REPORT | {"status": "preliminary", "released_at": None}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> CheckupReport:
        order = load(orders(), user, self.requires, pk=pk)
        return reports().get(order=services.finish_order(order=order, by=user, at=at))


class CheckupReports(RecordedList):
    """List the reports of the own clinics; each resident shown gets a row in the access log."""

    requires = READ_REPORT
    serializer_class = CheckupReportOut
    pagination_class = CheckupPages
    out_example = REPORT

    def get_queryset(self) -> QuerySet[CheckupReport]:
        return reports().open_to(signed_in(self.request), READ_REPORT)

    def record(self, rows: Sequence[CheckupReport]) -> None:
        people = {row.order.resident_id: row.order.resident for row in rows}
        log_reads(user=signed_in(self.request), people=people.values(), what=CHECKUP_LOOK, at=now())


class ReportContents(APIView):
    """Show a report with its results; the look gets a row in the access log."""

    requires = READ_REPORT
    one_object = True

    @extend_schema(operation_id="checkupReportsRetrieve", responses=ReportContentsOut)
    def get(self, request: Request, pk: UUID) -> Response:
        user = signed_in(request)
        found = load_report(user, pk, READ_REPORT)
        log_read(user=user, person=found.order.resident, what=CHECKUP_LOOK, at=now())
        rows = sorted(current_results(found.order).values(), key=lambda row: row.item.position)
        contents = {"report": CheckupReportOut(found).data, "results": CheckupResultOut(rows, many=True).data}
        return Response(contents)


class _ReportVerb(ResidentVerb):
    model = CheckupReport
    Out: ClassVar[type[serializers.Serializer] | None] = CheckupReportOut
    out_example: ClassVar[dict[str, Any] | None] = REPORT

    def report(self, user: User, pk: UUID) -> CheckupReport:
        """The report, within reach of the verb."""
        return load(reports(), user, self.requires, pk=pk)


class ReleaseReportIn(serializers.Serializer):
    """What the doctor adds."""

    summary = Line(max_length=300, required=False, allow_blank=True, default="")


class ReleaseReport(_ReportVerb):
    """Release a report as a doctor."""

    requires = "health.release_checkup_report"
    In = ReleaseReportIn
    refusals = refused_by(services.release_report)
    in_example = {"summary": "没有要马上去医院的。"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> CheckupReport:
        return services.release_report(report=self.report(user, pk), **data, by=user, at=at)


class TellReportIn(serializers.Serializer):
    """How it was explained."""

    how = serializers.ChoiceField(CheckupReport.How.choices)


class TellReport(_ReportVerb):
    """Record that a report was explained to the resident."""

    requires = "health.tell_checkup_report"
    In = TellReportIn
    refusals = refused_by(services.tell_resident)
    in_example = {"how": "in_person"}
    out_example = REPORT | {"told_at": "2026-12-05T01:00:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> CheckupReport:
        return services.tell_resident(report=self.report(user, pk), **data, by=user, at=at)


class UrgentResultOut(ReadSerializer):
    """A critical result that somebody has to act on, on a day of the clinic's zone."""

    id = serializers.UUIDField()
    order = serializers.UUIDField(source="order_id")
    resident = serializers.UUIDField(source="order.resident_id")
    item = serializers.CharField(source="result.item.code")
    due_date = serializers.DateField()
    status = serializers.CharField()
    outcome = serializers.CharField(allow_blank=True)


class UrgentResults(RecordedList):
    """List the urgent results of the own clinics; each resident shown gets a row in the access log."""

    requires = READ_REPORT
    serializer_class = UrgentResultOut
    pagination_class = CheckupPages
    out_example = TASK

    def get_queryset(self) -> QuerySet[CareTask]:
        return care_tasks().open_to(signed_in(self.request), READ_REPORT)

    def record(self, rows: Sequence[CareTask]) -> None:
        people = {row.order.resident_id: row.order.resident for row in rows}
        log_reads(user=signed_in(self.request), people=people.values(), what=CHECKUP_LOOK, at=now())


class UrgentDoneIn(serializers.Serializer):
    """What was done."""

    outcome = serializers.ChoiceField(CareTask.Outcome.choices)


class CompleteUrgentResult(ResidentVerb):
    """Record what was done about an urgent result."""

    requires = "health.complete_urgent_result"
    model = CareTask
    In, Out = UrgentDoneIn, UrgentResultOut
    refusals = refused_by(services.complete_task)
    in_example = {"outcome": "hospital"}
    out_example = TASK | {"status": "completed", "outcome": "hospital"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> CareTask:
        task = load(care_tasks(), user, self.requires, pk=pk)
        return services.complete_task(task=task, **data, by=user, at=at)
