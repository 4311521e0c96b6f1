"""Products, funds, enrolments and policies over the API."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import demand_everywhere, load
from core.api import AmountField, VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.money import Money
from core.web.pagination import CursorPages
from finance.insurance import services
from finance.insurance.api.cover_fields import (
    BATCH,
    POLICY,
    ContributionOut,
    EnrolmentBatchOut,
    EnrolmentReportOut,
    FundOut,
    InsuranceProductOut,
    PolicyOut,
)
from finance.insurance.models import Contribution, EnrolmentBatch, Fund, InsuranceProductVersion, Policy
from finance.insurance.queries import county_for, given_to, left_in, premiums_paid_by
from stations.accounts.models import User
from stations.people.models import Person

READ_PRODUCT, READ_FUND = "finance.read_insurance_product", "finance.read_fund"
READ_ENROLMENT, ENROL, READ_POLICY = "finance.read_enrolment", "finance.enrol_households", "finance.read_policy"


class InsuranceProductList(APIView):
    """List insurance products: the terms in force, with their benefits and ceilings."""

    requires = READ_PRODUCT

    @extend_schema(responses=InsuranceProductOut(many=True))
    def get(self, request: Request) -> Response:
        rows = InsuranceProductVersion.objects.active().open_to(request.user, READ_PRODUCT)
        related = ("benefits__grades", "benefits__evidence_rules", "ceilings")
        rows = rows.select_related("product__insurer").prefetch_related(*related).order_by("product__code", "pk")
        return Response(InsuranceProductOut(rows, many=True).data)


class FundList(APIView):
    """List funds: what each received, paid for premiums, and has left."""

    requires = READ_FUND

    @extend_schema(responses=FundOut(many=True))
    def get(self, request: Request) -> Response:
        funds = list(Fund.objects.open_to(request.user, READ_FUND).order_by("code"))
        given, premiums, left = given_to(funds), premiums_paid_by(funds), left_in(funds)
        shown = [
            {
                "id": fund.pk,
                "code": fund.code,
                "kind": fund.kind,
                "name": {"en": fund.name, "zh-hans": fund.name_zh},
                "currency": fund.currency,
                "received": str(Money(given.get(fund.pk, 0), fund.currency)),
                "premiums": str(Money(premiums.get(fund.pk, 0), fund.currency)),
                "left": str(Money(left.get(fund.pk, 0), fund.currency)),
            }
            for fund in funds
        ]
        return Response(shown)


class ContributionIn(serializers.Serializer):
    """What arrived; `receipt_ref` is the reference of the bank and counts once."""

    giver_name = Line(max_length=80)
    giver_public = serializers.BooleanField(default=False)
    amount = AmountField()
    receipt_ref = Line(max_length=64)
    received_date = serializers.DateField()


class ContributionPages(CursorPages):
    ordering = "-id"


class Contributions(VerbView):
    """Record a contribution to a fund."""

    requires, reads = "finance.record_contribution", READ_FUND
    one_object = True
    pagination_class = ContributionPages
    In = ContributionIn
    Out = ContributionOut
    success_status = 201
    refusals = refused_by(services.record_contribution)
    in_example: ClassVar[dict[str, Any]] = {
        "giver_name": "宿迁市慈善总会",
        "giver_public": True,
        "amount": "500000.00",
        "receipt_ref": "BOC-20261125-0007",
        "received_date": "2026-11-25",
    }
    out_example = ContributionOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: int) -> Contribution:
        fund = load(Fund.objects, user, self.requires, pk=pk)
        demand_everywhere(user, self.requires)
        amount = data["amount"].in_currency(fund.currency)
        return services.record_contribution(to=fund, **data | {"amount": amount}, by=user, at=at)

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=ContributionOut(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """List contributions to a fund, newest first."""
        fund = load(Fund.objects, request.user, READ_FUND, pk=pk)
        pages = self.pagination_class()
        page = pages.paginate_queryset(fund.contributions.all(), request, view=self)
        return pages.get_paginated_response(ContributionOut(page, many=True).data)


class EnrolmentBatchIn(serializers.Serializer):
    """Whom to enrol: a list as CSV (`id_number,full_name`), or one person; in which terms and from which day on."""

    version = serializers.IntegerField(help_text="Of `insurance-products/`.")
    start_date = serializers.DateField()
    county = serializers.RegexField(r"^[0-9]{6,12}$", required=False, default="", allow_blank=True)
    source = serializers.ChoiceField(  # type: ignore[assignment]
        ["poverty_file", "list"], default="list"
    )
    content = serializers.CharField(max_length=1_000_000, trim_whitespace=False, required=False, default="")
    person = serializers.UUIDField(required=False, allow_null=True, default=None)


class EnrolmentPages(CursorPages):
    ordering = "-id"


class EnrolmentBatches(VerbView):
    """Enrol people by a list, or one person; what became of each line is in the report."""

    requires, reads = ENROL, READ_ENROLMENT
    pagination_class = EnrolmentPages
    In = EnrolmentBatchIn
    Out = EnrolmentReportOut
    success_status = 201
    refusals = refused_by(services.enrol_list, services.enrol_person)
    in_example: ClassVar[dict[str, Any]] = {
        "version": 1,
        "start_date": "2026-12-01",
        "source": "poverty_file",
        "content": "id_number,full_name\r\n32132419790301001X,王秀英\r\n",
    }
    out_example = EnrolmentReportOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> EnrolmentBatch:
        versions = InsuranceProductVersion.objects.active().select_related("product__insurer")
        version = versions.open_to(user, READ_PRODUCT).filter(pk=data["version"]).first()
        county = county_for(user, ENROL, data["county"])
        if version is None or county is None:
            raise services.VersionNotInForce(field="version")
        about = {"version": version, "start_date": data["start_date"], "by": user, "at": at}
        if data["person"] is None:
            return services.enrol_list(content=data["content"], county=county, source=data["source"], **about)
        people = Person.objects.living().select_related("home_station__county").filter(pk=data["person"])
        person = people.filter(home_station__county=county).first()
        if person is None:
            raise services.PersonNotFound(field="person")
        return services.enrol_person(person=person, **about)

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=EnrolmentBatchOut(many=True))
    def get(self, request: Request) -> Response:
        """List enrolments within reach, newest first."""
        rows = EnrolmentBatch.objects.open_to(request.user, READ_ENROLMENT)
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows.select_related("county", "version__product"), request, view=self)
        return pages.get_paginated_response(EnrolmentBatchOut(page, many=True).data)


class EnrolmentBatchDetail(APIView):
    """Get an enrolment with its report, line by line."""

    requires = READ_ENROLMENT
    one_object = True

    @extend_schema(responses=EnrolmentReportOut)
    def get(self, request: Request, pk: UUID) -> Response:
        rows = EnrolmentBatch.objects.select_related("county", "version__product")
        return Response(EnrolmentReportOut(load(rows, request.user, READ_ENROLMENT, pk=pk)).data)


class FundPoliciesIn(serializers.Serializer):
    """Which fund pays which part."""

    poverty_fund = serializers.IntegerField()
    crowd_fund = serializers.IntegerField()


class FundPolicies(VerbView):
    """Fund the policies of an enrolment: all of them, or none."""

    requires = "finance.fund_policies"
    one_object = True
    In = FundPoliciesIn
    Out = EnrolmentBatchOut
    refusals = refused_by(services.fund_policies)
    in_example: ClassVar[dict[str, Any]] = {"poverty_fund": 1, "crowd_fund": 2}
    out_example = BATCH | {"status": "funded"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> EnrolmentBatch:
        rows = EnrolmentBatch.objects.select_related("county", "version__product")
        batch = load(rows, user, self.requires, pk=pk)
        known = {fund.pk: fund for fund in Fund.objects.open_to(user, READ_FUND).filter(pk__in=data.values())}
        funds = {source: known[fund] for source, fund in data.items() if fund in known}
        return services.fund_policies(batch=batch, funds=funds, by=user, at=at)


class RenewEnrolment(VerbView):
    """Enrol the people of an enrolment anew, from the day after their cover ends; the answer is the new enrolment."""

    requires = "finance.renew_policies"
    one_object = True
    Out = EnrolmentReportOut
    success_status = 201
    refusals = refused_by(services.renew_enrolment)
    out_example = EnrolmentReportOut.example | {"source": "renewal"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> EnrolmentBatch:
        rows = EnrolmentBatch.objects.select_related("county", "version__product")
        batch = load(rows, user, self.requires, pk=pk)
        return services.renew_enrolment(batch=batch, by=user, at=at)


class PolicyPages(CursorPages):
    ordering = "-id"


class PolicyList(APIView):
    """List policies within reach, newest first; `person` shows those of one person."""

    requires = READ_POLICY
    pagination_class = PolicyPages

    @extend_schema(
        parameters=[OpenApiParameter("person", str), OpenApiParameter("cursor", str)], responses=PolicyOut(many=True)
    )
    def get(self, request: Request) -> Response:
        query = PolicyQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = _policies().open_to(request.user, READ_POLICY)
        if person := query.validated_data.get("person"):
            rows = rows.filter(person__in=Person.objects.of_people(person))
        pages = self.pagination_class()
        return pages.get_paginated_response(
            PolicyOut(pages.paginate_queryset(rows, request, view=self), many=True).data
        )


class PolicyQuery(serializers.Serializer):
    """Whose policies."""

    person = serializers.UUIDField(required=False)


class PolicyDetail(APIView):
    """Get a policy."""

    requires = READ_POLICY
    one_object = True

    @extend_schema(responses=PolicyOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(PolicyOut(load(_policies(), request.user, READ_POLICY, pk=pk)).data)


class PolicyReasonIn(serializers.Serializer):
    """Why."""

    reason = Line(max_length=200)


class _PolicyVerb(VerbView):
    one_object = True
    In = PolicyReasonIn
    Out: ClassVar[Any] = PolicyOut
    in_example: ClassVar[dict[str, Any]] = {"reason": "全家搬到外省"}

    def policy(self, user: User, pk: UUID) -> Policy:
        """The policy, within reach of the user."""
        return load(_policies(), user, self.requires, pk=pk)


class SuspendPolicy(_PolicyVerb):
    """Suspend a policy."""

    requires = "finance.suspend_policy"
    refusals = refused_by(services.suspend_policy)
    out_example = POLICY | {"status": "suspended"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Policy:
        return services.suspend_policy(policy=self.policy(user, pk), **data, by=user, at=at)


class ResumePolicy(_PolicyVerb):
    """Resume a suspended policy."""

    requires = "finance.resume_policy"
    refusals = refused_by(services.resume_policy)
    out_example = POLICY

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Policy:
        return services.resume_policy(policy=self.policy(user, pk), **data, by=user, at=at)


class CancelPolicy(_PolicyVerb):
    """Cancel a policy that has not begun or is suspended."""

    requires = "finance.cancel_policy"
    refusals = refused_by(services.cancel_policy)
    out_example = POLICY | {"status": "cancelled"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Policy:
        return services.cancel_policy(policy=self.policy(user, pk), **data, by=user, at=at)


def _policies() -> Any:
    return Policy.objects.select_related("product", "version", "station__county")
