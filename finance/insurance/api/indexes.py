"""Parametric cover over the API: weather stations, readings, windows, and what they pay."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import demand_everywhere, load
from core.api import VerbView
from core.days import day_in
from core.errors import refused_by
from core.language.typed import Line
from core.web.pagination import CursorPages
from finance.insurance import services
from finance.insurance.api.index_fields import (
    FILE,
    WINDOW,
    IndexFileOut,
    IndexReadingOut,
    IndexSourceOut,
    IndexWindowOut,
)
from finance.insurance.api.payout_accounts import ACCOUNT, PayeeAccountOut, PolicyAccountIn
from finance.insurance.models import (
    Benefit,
    IndexFile,
    IndexReading,
    IndexSource,
    IndexWindow,
    Policy,
)
from finance.insurance.queries import payees_of_payouts
from finance.payouts.models import PayoutAccount
from stations.accounts.models import User
from stations.people.models import Person

READ, LOAD, PROPOSE, APPROVE, CANCEL, DECIDE = (
    "finance.read_index",
    "finance.load_index_readings",
    "finance.propose_index_window",
    "finance.approve_index_window",
    "finance.cancel_index_window",
    "finance.decide_index_window",
)
READ_POLICY = "finance.read_policy"


class NewestFirst(CursorPages):
    ordering = "-id"


class ByDay(CursorPages):
    ordering = "-date"


class IndexSources(APIView):
    """List weather stations, by code."""

    requires = READ

    @extend_schema(responses=IndexSourceOut(many=True))
    def get(self, request: Request) -> Response:
        rows = IndexSource.objects.open_to(request.user, READ).select_related("region", "backup")
        return Response(IndexSourceOut(rows.order_by("code"), many=True).data)


class IndexReadings(APIView):
    """List readings of a weather station, newest first; `released_at` is null while a reading does not count."""

    requires = READ
    one_object = True
    pagination_class = ByDay

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=IndexReadingOut(many=True))
    def get(self, request: Request, pk: int) -> Response:
        source = load(IndexSource.objects, request.user, READ, pk=pk)
        pages = self.pagination_class()
        page = pages.paginate_queryset(IndexReading.objects.filter(source=source), request, view=self)
        return pages.get_paginated_response(IndexReadingOut(page, many=True).data)


class IndexFileIn(serializers.Serializer):
    """Readings as CSV (`source,date,value`); one line that does not fit refuses all of it."""

    content = serializers.CharField(max_length=1_000_000, trim_whitespace=False)


class IndexFiles(VerbView):
    """Load a file of readings, to be released by another person."""

    requires, reads = LOAD, READ
    pagination_class = NewestFirst
    In = IndexFileIn
    Out = IndexFileOut
    success_status = 201
    refusals = refused_by(services.load_index_readings)
    in_example: ClassVar[dict[str, Any]] = {"content": "source,date,value\r\nqinglong,2026-08-31,300.00\r\n"}
    out_example = IndexFileOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> IndexFile:
        demand_everywhere(user, self.requires)
        return services.load_index_readings(content=data["content"], by=user, at=at)

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=IndexFileOut(many=True))
    def get(self, request: Request) -> Response:
        """List files of readings, newest first."""
        pages = self.pagination_class()
        page = pages.paginate_queryset(IndexFile.objects.open_to(request.user, READ), request, view=self)
        return pages.get_paginated_response(IndexFileOut(page, many=True).data)


class ReleaseIndexFile(VerbView):
    """Release the readings of a file; by another person than loaded it."""

    requires = "finance.release_index"
    one_object = True
    Out = IndexFileOut
    refusals = refused_by(services.release_index_file)
    out_example = FILE | {"status": "released", "checked_at": "2026-09-01T02:10:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> IndexFile:
        file = load(IndexFile.objects, user, self.requires, pk=pk)
        return services.release_index_file(file=file, by=user, at=at)


class DiscardIndexFile(VerbView):
    """Discard a file that was not released, with its readings."""

    requires = LOAD
    one_object = True
    Out = IndexFileOut
    refusals = refused_by(services.discard_index_file)
    out_example = FILE | {"status": "discarded"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> IndexFile:
        file = load(IndexFile.objects, user, self.requires, pk=pk)
        return services.discard_index_file(file=file, by=user, at=at)


class IndexWindowIn(serializers.Serializer):
    """In which days the index of a weather station decides what a product pays; both days are included."""

    version = serializers.IntegerField(help_text="Of `insurance-products/`; its parametric benefit is meant.")
    source = serializers.IntegerField()  # type: ignore[assignment]
    start_date = serializers.DateField()
    end_date = serializers.DateField()


class IndexWindows(VerbView):
    """Propose a window before it begins; it binds once another person approves it."""

    requires, reads = PROPOSE, READ
    pagination_class = NewestFirst
    In = IndexWindowIn
    Out = IndexWindowOut
    success_status = 201
    refusals = refused_by(services.propose_index_window)
    in_example: ClassVar[dict[str, Any]] = {
        "version": 2,
        "source": 1,
        "start_date": "2027-04-01",
        "end_date": "2027-08-31",
    }
    out_example = IndexWindowOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> IndexWindow:
        demand_everywhere(user, self.requires)
        source = IndexSource.objects.select_related("region").filter(pk=data.pop("source")).first()
        benefits = Benefit.objects.select_related("version__product").filter(formula=Benefit.Formula.PARAMETRIC)
        benefit = benefits.filter(version=data.pop("version")).first()
        if source is None or benefit is None:
            raise services.NotParametric(field="version")
        return services.propose_index_window(benefit=benefit, source=source, **data, by=user, at=at)

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=IndexWindowOut(many=True))
    def get(self, request: Request) -> Response:
        """List windows, newest first."""
        pages = self.pagination_class()
        page = pages.paginate_queryset(_windows().open_to(request.user, READ), request, view=self)
        return pages.get_paginated_response(IndexWindowOut(page, many=True).data)


class IndexWindowDetail(APIView):
    """Get a window."""

    requires = READ
    one_object = True

    @extend_schema(responses=IndexWindowOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(IndexWindowOut(load(_windows(), request.user, READ, pk=pk)).data)


class IndexReasonIn(serializers.Serializer):
    """Why."""

    reason = Line(max_length=200)


class _WindowVerb(VerbView):
    one_object = True
    Out = IndexWindowOut

    def window(self, user: User, pk: UUID) -> IndexWindow:
        """The window, within reach of the user."""
        return load(_windows(), user, self.requires, pk=pk)


class _ReasonedWindowVerb(_WindowVerb):
    requires = DECIDE
    In = IndexReasonIn
    in_example: ClassVar[dict[str, Any]] = {"reason": "气象站下周补报"}


class ApproveIndexWindow(_WindowVerb):
    """Approve a proposed window, by another person and before it begins; from then on it binds."""

    requires = APPROVE
    refusals = refused_by(services.approve_index_window)
    out_example = WINDOW | {"status": "open"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> IndexWindow:
        return services.approve_index_window(window=self.window(user, pk), by=user, at=at)


class WithdrawIndexWindow(_ReasonedWindowVerb):
    """Withdraw a window that nobody has approved."""

    requires = PROPOSE
    in_example: ClassVar[dict[str, Any]] = {"reason": "日期写错了"}
    refusals = refused_by(services.withdraw_index_window)
    out_example = WINDOW | {"status": "withdrawn"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> IndexWindow:
        return services.withdraw_index_window(window=self.window(user, pk), **data, by=user, at=at)


class AskToCancelIndexWindow(_ReasonedWindowVerb):
    """Ask to cancel a window that does not pay yet, or has no reading; until another person decides it pays nothing."""

    requires = CANCEL
    in_example: ClassVar[dict[str, Any]] = {"reason": "气象站迁址"}
    refusals = refused_by(services.ask_to_cancel_index_window)
    out_example = WINDOW | {"status": "cancelling"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> IndexWindow:
        return services.ask_to_cancel_index_window(window=self.window(user, pk), **data, by=user, at=at)


class CancelIndexWindow(_WindowVerb):
    """Cancel a window as a colleague asked."""

    requires = CANCEL
    refusals = refused_by(services.cancel_index_window)
    out_example = WINDOW | {"status": "cancelled"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> IndexWindow:
        return services.cancel_index_window(window=self.window(user, pk), by=user, at=at)


class KeepIndexWindow(_ReasonedWindowVerb):
    """Do not cancel a window: it pays as agreed."""

    requires = CANCEL
    in_example: ClassVar[dict[str, Any]] = {"reason": "气象站仍在测量"}
    refusals = refused_by(services.keep_index_window)
    out_example = WINDOW | {"status": "open"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> IndexWindow:
        return services.keep_index_window(window=self.window(user, pk), **data, by=user, at=at)


class WaitForReading(_ReasonedWindowVerb):
    """Give a window without a reading ten more days."""

    refusals = refused_by(services.wait_for_reading)
    out_example = WINDOW | {"status": "open"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> IndexWindow:
        return services.wait_for_reading(window=self.window(user, pk), **data, by=user, at=at)


class SetPolicyAccount(VerbView):
    """Record the bank account of a policy."""

    requires = "finance.set_policy_account"
    one_object = True
    In = PolicyAccountIn
    Out = PayeeAccountOut
    refusals = refused_by(services.set_policy_account)
    in_example = ACCOUNT | {"holder_name": "王秀英", "payee": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001"}
    out_example = PayeeAccountOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PayoutAccount:
        policies = Policy.objects.select_related("person__merged_into", "household__head", "station")
        policy = load(policies, user, self.requires, pk=pk)
        payee = _payee(policy, data.pop("payee"), at=at)
        return services.set_policy_account(policy=policy, payee=payee, **data, by=user, at=at)


def _payee(policy: Policy, pk: UUID, *, at: dt.datetime) -> Person:
    today = day_in(policy.station.zone, at)
    person = next((person for person in payees_of_payouts(policy, today) if person.pk == pk), None)
    if person is None:
        raise services.PayeeUnfit(field="payee")
    return person


def _windows() -> Any:
    return IndexWindow.objects.select_related("source__region", "benefit__version__product", "reading__source")
