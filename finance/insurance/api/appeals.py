"""Appeals over the API: filed once, assigned, judged by somebody who took no part."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from finance.insurance import services
from finance.insurance.api.claim_fields import CHECKED, AppealIn, AppealOut, AssignAppealIn, ClaimOut, ClaimWordsIn
from finance.insurance.api.claims import READ, ClaimPages, ClaimVerb
from finance.insurance.models import Appeal, Claim
from stations.accounts.models import User


class FileAppeal(ClaimVerb):
    """Appeal a declined claim, once."""

    requires = "finance.file_appeal"
    In = AppealIn
    Out = AppealOut
    success_status = 201
    refusals = refused_by(services.file_appeal)
    in_example: ClassVar[dict[str, Any]] = {"words": "出院小结已重拍，请再看一次", "photos": []}
    out_example = AppealOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Appeal:
        return services.file_appeal(claim=self.claim(user, pk), **data, by=user, at=at)


class AppealList(APIView):
    """List appeals within reach, newest first."""

    requires = READ
    pagination_class = ClaimPages

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=AppealOut(many=True))
    def get(self, request: Request) -> Response:
        rows = Appeal.objects.open_to(request.user, READ).select_related("claim", "judge")
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(AppealOut(page, many=True).data)


class _AppealVerb(VerbView):
    one_object = True
    Out: ClassVar[Any] = AppealOut

    def appeal(self, user: User, pk: UUID) -> Appeal:
        """The appeal, within reach of the user."""
        rows = Appeal.objects.select_related("claim__station__county", "claim__policy__version", "judge")
        return load(rows, user, self.requires, pk=pk)


class AssignAppeal(_AppealVerb):
    """Give an appeal to a judge who took no part."""

    requires = "finance.assign_appeal"
    In = AssignAppealIn
    refusals = refused_by(services.assign_appeal)
    in_example: ClassVar[dict[str, Any]] = {"judge": "claims3"}
    out_example = AppealOut.example | {"status": "assigned", "judge": "claims3"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Appeal:
        appeal = self.appeal(user, pk)
        judge = User.objects.filter(username=data["judge"], is_active=True).first()
        if judge is None:
            raise services.JudgeUnfit(field="judge")
        return services.assign_appeal(appeal=appeal, judge=judge, by=user, at=at)


class UpholdRejection(_AppealVerb):
    """Judge that the claim stays declined."""

    requires = "finance.uphold_rejection"
    In = ClaimWordsIn
    refusals = refused_by(services.uphold_rejection)
    in_example: ClassVar[dict[str, Any]] = {"words": "发生在等待期内"}
    out_example = AppealOut.example | {"status": "upheld", "judge": "claims3", "answer": "发生在等待期内"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Appeal:
        return services.uphold_rejection(appeal=self.appeal(user, pk), **data, by=user, at=at)


class RestoreClaim(_AppealVerb):
    """Judge that the claim is looked at anew: a new claim follows the old one."""

    requires = "finance.restore_claim"
    In = ClaimWordsIn
    Out = ClaimOut
    refusals = refused_by(services.restore_claim)
    in_example: ClassVar[dict[str, Any]] = {"words": "补拍的单据清楚"}
    out_example = CHECKED | {"restores": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e00"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Claim:
        return services.restore_claim(appeal=self.appeal(user, pk), **data, by=user, at=at)
