"""Applications over the API: written down, seen, sent, decided."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.web.pagination import CursorPages
from finance.credit.models import Assessment
from finance.credit.queries import latest_score
from finance.loans import services
from finance.loans.api.application_fields import (
    APPROVED,
    ASSESSED,
    SENT,
    AppraisalIn,
    AssessmentIn,
    AssessmentOut,
    LoanApplicationDetailOut,
    LoanApplicationIn,
    LoanApplicationOut,
    LoanScoreOut,
    RejectionIn,
)
from finance.loans.models import LoanApplication, LoanProductVersion
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.models import Person

READ = "finance.read_loan_application"


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
    def get(self, request: Request, pk: UUID) -> Response:
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
    def get(self, request: Request) -> Response:
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
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(LoanApplicationDetailOut(load(_rows(), request.user, READ, pk=pk)).data)


class _ApplicationVerb(VerbView):
    one_object = True
    Out: ClassVar[Any] = LoanApplicationOut

    def application(self, user: User, pk: UUID) -> LoanApplication:
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

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Assessment:
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

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanApplication:
        return services.submit_application(application=self.application(user, pk), by=user, at=at)


class WithdrawApplication(_ApplicationVerb):
    """End it at the borrower's word."""

    requires = "finance.withdraw_application"
    refusals = refused_by(services.withdraw_application)
    out_example = SENT | {"status": "withdrawn_by_client"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanApplication:
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

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanApplication:
        application = self.application(user, pk)
        amount = data["amount"].in_currency(application.currency)
        return services.appraise_application(application=application, **data | {"amount": amount}, by=user, at=at)


class ApproveApplication(_ApplicationVerb):
    """Approve what was proposed; above 200,000 units a second person approves as well."""

    requires = "finance.approve_application"
    refusals = refused_by(services.approve_application)
    out_example = APPROVED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanApplication:
        return services.approve_application(application=self.application(user, pk), by=user, at=at)


class CoApproveApplication(_ApplicationVerb):
    """Approve a large amount as the second person."""

    requires = "finance.co_approve_application"
    refusals = refused_by(services.co_approve_application)
    out_example = APPROVED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanApplication:
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

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanApplication:
        return services.reject_application(application=self.application(user, pk), **data, by=user, at=at)


class ReconsiderApplication(_ApplicationVerb):
    """Look again at what was declined: once, by another officer, within 30 days."""

    requires = "finance.reconsider_application"
    refusals = refused_by(services.reconsider_application)
    out_example = SENT

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanApplication:
        return services.reconsider_application(application=self.application(user, pk), by=user, at=at)
