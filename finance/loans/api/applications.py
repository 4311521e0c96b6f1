"""Applications over the API: written down, seen, sent, decided."""

import datetime as dt
from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import AmountField, NonNegativeAmountField, VerbView
from core.errors import refused_by
from core.history import changes_of
from core.language.typed import Line, Words
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.credit.models import Assessment, Reason
from finance.credit.queries import latest_score, reasons_of
from finance.loans import services
from finance.loans.models import LoanApplication, LoanProductVersion
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.models import Person

READ = "finance.read_loan_application"
ASSESSED = ("income", "outgo", "other_debt", "recommended")


class LoanApplicationOut(ReadSerializer):
    """One application; amounts in its currency."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    person = serializers.UUIDField(source="person_id")
    product = serializers.CharField(source="product.code")
    version = serializers.IntegerField(source="version_id")
    station = serializers.CharField(source="station.code")
    second_station = serializers.CharField(source="second_station.code", allow_null=True)
    purpose = serializers.CharField()
    requested = serializers.CharField()
    installments = serializers.IntegerField()
    approved = serializers.CharField(allow_null=True)
    approved_installments = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField()
    status = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())
    needs_second_assessment = serializers.BooleanField()
    started_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    offer_valid_until = serializers.DateField(source="offer_valid_until_date", allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c21",
        "number": "321324-0007-L261125-K7P2",
        "person": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
        "product": "farm_equal",
        "version": 2,
        "station": "321324-0007",
        "second_station": None,
        "purpose": "animals",
        "requested": "30000.00",
        "installments": 12,
        "approved": None,
        "approved_installments": None,
        "currency": "CNY",
        "status": "draft",
        "reasons": [],
        "needs_second_assessment": False,
        "started_at": "2026-11-25T02:41:00.000Z",
        "submitted_at": None,
        "decided_at": None,
        "offer_valid_until": None,
    }


SENT = LoanApplicationOut.example | {
    "status": "submitted_and_pending_approval",
    "submitted_at": "2026-11-25T03:00:00.000Z",
}
APPROVED = SENT | {
    "status": "approved",
    "approved": "30000.00",
    "approved_installments": 12,
    "decided_at": "2026-11-27T03:00:00.000Z",
    "offer_valid_until": "2026-12-27",
}


class LoanStepOut(ReadSerializer):
    """One step of its history."""

    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField(allow_blank=True)


class LoanScoreLineOut(ReadSerializer):
    """What one attribute earned; `input_value` is empty where there was no record, shares are in ppm."""

    code = serializers.CharField(source="attribute.code")
    input_value = serializers.IntegerField(allow_null=True)
    points = serializers.IntegerField()
    max_points = serializers.IntegerField(source="attribute.max_points")
    reason = serializers.CharField(source="attribute.reason_code")


class LoanScoreOut(ReadSerializer):
    """The newest score; the band only advises."""

    scorecard = serializers.CharField()
    total = serializers.IntegerField()
    band = serializers.CharField()
    thin_file = serializers.BooleanField()
    reasons = serializers.ListField(child=serializers.CharField())
    get_reasons = staticmethod(reasons_of)
    lines = LoanScoreLineOut(many=True)
    get_lines = staticmethod(lambda run: run.lines.all())


class LoanApplicationDetailOut(LoanApplicationOut):
    """An application with its history."""

    history = LoanStepOut(many=True)
    get_history = staticmethod(changes_of)


class LoanApplicationIn(serializers.Serializer):
    """Who wants how much of which loan, and for what."""

    person = serializers.UUIDField()
    version = serializers.IntegerField(help_text="Of `loan-products/`.")
    amount = AmountField()
    installments = serializers.IntegerField(min_value=1, max_value=600)
    purpose = serializers.ChoiceField(LoanApplication.Purpose.choices)
    purpose_words = Line(max_length=120, required=False, allow_blank=True, default="")


class AssessmentIn(serializers.Serializer):
    """What was seen on a visit; photos that the same person has stored."""

    relationship = serializers.ChoiceField(Assessment.Relationship.choices)
    income = NonNegativeAmountField()
    outgo = NonNegativeAmountField()
    other_debt = NonNegativeAmountField()
    recommended = NonNegativeAmountField()
    proofs_seen = serializers.IntegerField(min_value=0, max_value=20)
    years_in_village = serializers.IntegerField(min_value=0, max_value=120)
    activity = serializers.ChoiceField(Assessment.Activity.choices)
    references_called = serializers.IntegerField(min_value=0, max_value=20)
    opinion = Words(max_length=500)
    photos = serializers.ListField(child=serializers.UUIDField(), max_length=8)


class AssessmentOut(ReadSerializer):
    """A visit as it was signed."""

    id = serializers.UUIDField()
    application = serializers.UUIDField(source="application_ref")
    role = serializers.CharField()
    relationship = serializers.CharField()
    station = serializers.CharField(source="station.code")
    recommended = serializers.CharField()
    signed_at = serializers.DateTimeField()


class AppraisalIn(serializers.Serializer):
    """What to lend; less than asked for needs one to four reasons."""

    amount = AmountField()
    installments = serializers.IntegerField(min_value=1, max_value=600)
    reasons = serializers.ListField(child=serializers.ChoiceField(Reason.choices), max_length=8, default=list)
    opinion = Words(max_length=500)


class RejectionIn(serializers.Serializer):
    """Why: one to four reasons."""

    reasons = serializers.ListField(child=serializers.ChoiceField(Reason.choices), max_length=8)


class LoanApplicationPages(CursorPages):
    ordering = "-id"


def _rows() -> Any:
    return LoanApplication.objects.select_related("station__county", "second_station", "product", "version__product")


class ScoreOfApplication(APIView):
    """The newest score with every point; 404 where none was computed."""

    requires = "finance.appraise_application"
    one_object = True
    out_example: ClassVar[dict[str, Any]] = {
        "scorecard": "farm v1",
        "total": 600,
        "band": "refer",
        "thin_file": False,
        "reasons": ["turnover_low", "no_loan_history", "short_activity", "instalment_heavy"],
        "lines": [
            {"code": "turnover", "input_value": 1_500_000, "points": 60, "max_points": 180, "reason": "turnover_low"},
        ],
    }

    @extend_schema(responses=LoanScoreOut)
    def get(self, request: Any, pk: Any) -> Response:
        application = load(_rows(), request.user, self.requires, pk=pk)
        run = latest_score(application.pk)
        if run is None:
            raise Http404
        return Response(LoanScoreOut(run).data)


class LoanApplications(VerbView):
    """Start a loan application; it stays a draft until it is sent."""

    requires, reads = "finance.start_application", READ
    pagination_class = LoanApplicationPages
    In = LoanApplicationIn
    Out = LoanApplicationOut
    success_status = 201
    refusals = refused_by(services.start_application)
    in_example: ClassVar[dict[str, Any]] = {
        "person": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
        "version": 2,
        "amount": "30000.00",
        "installments": 12,
        "purpose": "animals",
        "purpose_words": "养鹅",
    }
    out_example = LoanApplicationOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> LoanApplication:
        station = counter_of(user, self.requires)
        person = Person.objects.living().open_to(user, "stations.read_person").filter(pk=data["person"]).first()
        if person is None:
            raise services.BorrowerUnknown(field="person")
        versions = LoanProductVersion.objects.active().select_related("product__lender")
        version = versions.open_to(user, "finance.read_loan_product").filter(pk=data["version"]).first()
        if version is None:
            raise services.ProductNotOffered(field="version")
        return services.start_application(
            person=person,
            version=version,
            station=station,
            amount=data["amount"].in_currency(version.currency),
            installments=data["installments"],
            purpose=data["purpose"],
            purpose_words=data["purpose_words"],
            by=user,
            at=at,
            key=key,
        )

    @extend_schema(
        parameters=[OpenApiParameter("waiting", bool), OpenApiParameter("cursor", str)],
        responses=LoanApplicationOut(many=True),
    )
    def get(self, request: Any) -> Response:
        """Loan applications within reach, newest first; `waiting=true` shows those that the lender has to decide."""
        rows = _rows().open_to(request.user, READ)
        if request.query_params.get("waiting") == "true":
            rows = rows.filter(status__in=LoanApplication.WAITING)
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(LoanApplicationOut(page, many=True).data)


class LoanApplicationDetail(APIView):
    """One application with its history."""

    requires = READ
    one_object = True

    @extend_schema(responses=LoanApplicationDetailOut)
    def get(self, request: Any, pk: Any) -> Response:
        return Response(LoanApplicationDetailOut(load(_rows(), request.user, READ, pk=pk)).data)


class _ApplicationVerb(VerbView):
    one_object = True
    Out: ClassVar[Any] = LoanApplicationOut

    def application(self, user: User, pk: Any) -> LoanApplication:
        """The application, within reach of who acts."""
        return load(_rows(), user, self.requires, pk=pk)


class AssessApplication(_ApplicationVerb):
    """Write down a visit: the recommender's own, or the second one of another station."""

    requires = "finance.record_assessment"
    In = AssessmentIn
    Out = AssessmentOut
    success_status = 201
    refusals = refused_by(services.assess_application)
    in_example: ClassVar[dict[str, Any]] = {
        "relationship": "none",
        "income": "9000.00",
        "outgo": "2850.00",
        "other_debt": "0.00",
        "recommended": "30000.00",
        "proofs_seen": 1,
        "years_in_village": 21,
        "activity": "sound",
        "references_called": 1,
        "opinion": "鹅棚在用，约300只",
        "photos": ["019ab8f2-6c1e-7d0a-8d4e-2f6a1c9b7e30", "019ab8f2-6c1e-7d0a-8d4e-2f6a1c9b7e31"],
    }
    out_example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c31",
        "application": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c21",
        "role": "recommender",
        "relationship": "none",
        "station": "321324-0007",
        "recommended": "30000.00",
        "signed_at": "2026-11-25T02:50:00.000Z",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: Any) -> Assessment:
        application = self.application(user, pk)
        given = {name: value for name, value in data.items() if name not in ASSESSED}
        seen = {f"{name}_minor": data[name].in_currency(application.currency).minor for name in ASSESSED}
        seen |= {name: given.pop(name) for name in ("proofs_seen", "years_in_village", "activity", "references_called")}
        station = counter_of(user, self.requires)
        return services.assess_application(application=application, station=station, seen=seen, **given, by=user, at=at)


class SubmitApplication(_ApplicationVerb):
    """Send it to the lender."""

    requires = "finance.submit_application"
    refusals = refused_by(services.submit_application)
    out_example = SENT

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: Any) -> LoanApplication:
        return services.submit_application(application=self.application(user, pk), by=user, at=at)


class WithdrawApplication(_ApplicationVerb):
    """End it at the borrower's word."""

    requires = "finance.withdraw_application"
    refusals = refused_by(services.withdraw_application)
    out_example = SENT | {"status": "withdrawn_by_client"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: Any) -> LoanApplication:
        return services.withdraw_application(application=self.application(user, pk), by=user, at=at)


class AppraiseApplication(_ApplicationVerb):
    """Propose what to lend; another officer decides."""

    requires = "finance.appraise_application"
    In = AppraisalIn
    refusals = refused_by(services.appraise_application)
    in_example: ClassVar[dict[str, Any]] = {
        "amount": "30000.00",
        "installments": 12,
        "reasons": [],
        "opinion": "余钱够还",
    }
    out_example = SENT | {"status": "appraised"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: Any) -> LoanApplication:
        application = self.application(user, pk)
        amount = data["amount"].in_currency(application.currency)
        return services.appraise_application(application=application, **data | {"amount": amount}, by=user, at=at)


class ApproveApplication(_ApplicationVerb):
    """Approve what was proposed; above 200,000 units a second person approves as well."""

    requires = "finance.approve_application"
    refusals = refused_by(services.approve_application)
    out_example = APPROVED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: Any) -> LoanApplication:
        return services.approve_application(application=self.application(user, pk), by=user, at=at)


class CoApproveApplication(_ApplicationVerb):
    """Approve a large amount as the second person."""

    requires = "finance.co_approve_application"
    refusals = refused_by(services.co_approve_application)
    out_example = APPROVED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: Any) -> LoanApplication:
        return services.co_approve_application(application=self.application(user, pk), by=user, at=at)


class RejectApplication(_ApplicationVerb):
    """Decline it; the borrower learns the reasons."""

    requires = "finance.reject_application"
    In = RejectionIn
    refusals = refused_by(services.reject_application)
    in_example: ClassVar[dict[str, Any]] = {"reasons": ["turnover_low", "no_loan_history"]}
    out_example = SENT | {
        "status": "rejected",
        "reasons": ["turnover_low", "no_loan_history"],
        "decided_at": "2026-11-27T03:00:00.000Z",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: Any) -> LoanApplication:
        return services.reject_application(application=self.application(user, pk), **data, by=user, at=at)


class ReconsiderApplication(_ApplicationVerb):
    """Look again at what was declined: once, by another officer, within 30 days."""

    requires = "finance.reconsider_application"
    refusals = refused_by(services.reconsider_application)
    out_example = SENT

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: Any) -> LoanApplication:
        return services.reconsider_application(application=self.application(user, pk), by=user, at=at)
