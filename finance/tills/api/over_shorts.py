"""Differences of the drawer over the API."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Words
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.payments.models import Payment
from finance.tills import services
from finance.tills.models import OverShort
from finance.tills.models.over_shorts import NOTICE
from stations.accounts.models import User

READ = "finance.read_over_short"


class VarianceWordsIn(serializers.Serializer):
    """What is said, with photos or papers that the same person has stored."""

    text = Words(max_length=2_000)
    files = serializers.ListField(child=serializers.UUIDField(), max_length=8, required=False, default=list)


class VarianceReasonIn(serializers.Serializer):
    """Why."""

    text = Words(max_length=2_000)


class VarianceReturnIn(VarianceReasonIn):
    """Whose money it is: the slip of a payment at this station."""

    slip_no = serializers.CharField(max_length=40)


class DisputeDecisionIn(VarianceReasonIn):
    """How a dispute ends."""

    outcome = serializers.ChoiceField(choices=services.Outcome.choices)


class OverShortOut(ReadSerializer):
    """A difference: below nothing is short. `left` is what nobody has found again."""

    id = serializers.UUIDField(source="pk")
    station = serializers.CharField(source="station.code")
    found = serializers.CharField()
    found_at = serializers.DateTimeField()
    cash_day = serializers.IntegerField(source="cash_day_id", allow_null=True)
    remittance = serializers.UUIDField(source="remittance_id", allow_null=True)
    holder = serializers.CharField(source="holder.shown_name", allow_null=True)
    amount = serializers.CharField()
    left = serializers.CharField()
    currency = serializers.CharField()
    status = serializers.CharField()
    explanation = serializers.CharField()
    dispute_text = serializers.CharField()
    decision = serializers.CharField()
    notice_at = serializers.DateTimeField(allow_null=True)
    chargeable_from = serializers.DateTimeField(allow_null=True)
    charged_at = serializers.DateTimeField(allow_null=True)
    asked_for = serializers.CharField()

    example: ClassVar[dict[str, Any]] = {
        "id": "019ab8f2-6c1e-7d0a-8d4e-2f6a1c9b7e30",
        "station": "321324-0007",
        "found": "closing",
        "found_at": "2026-11-25T10:04:00.000Z",
        "cash_day": 17,
        "remittance": None,
        "holder": "周素云",
        "amount": "-4.40",
        "left": "-4.40",
        "currency": "CNY",
        "status": "explained",
        "explanation": "Change given twice at the morning market.",
        "dispute_text": "",
        "decision": "",
        "notice_at": None,
        "chargeable_from": None,
        "charged_at": None,
        "asked_for": "",
    }

    @staticmethod
    def get_chargeable_from(row: OverShort) -> dt.datetime | None:
        return row.notice_at + NOTICE if row.notice_at else None


class OverShortList(APIView):
    """List over-shorts within reach, newest first."""

    requires = READ
    pagination_class = CursorPages
    out_example = OverShortOut.example

    @extend_schema(
        parameters=[OpenApiParameter("cursor", str), OpenApiParameter("status", str)],
        responses=OverShortOut(many=True),
    )
    def get(self, request: Any) -> Response:
        rows = OverShort.objects.open_to(request.user, READ).select_related("station", "holder")
        if status := request.query_params.get("status"):
            rows = rows.filter(status=status)
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(OverShortOut(page, many=True).data)


class OverShortDetail(APIView):
    """Get an over-short."""

    requires = READ
    one_object = True
    out_example = OverShortOut.example

    @extend_schema(responses=OverShortOut)
    def get(self, request: Any, pk: UUID) -> Response:
        return Response(OverShortOut(load(_rows(), request.user, READ, pk=pk)).data)


class OverShortVerb(VerbView):
    """A verb of one difference; a subclass names the service."""

    one_object = True
    In: ClassVar[type[serializers.Serializer] | None] = VarianceWordsIn
    Out = OverShortOut
    in_example: ClassVar[dict[str, Any] | None] = {"text": "Change given twice at the morning market.", "files": []}
    out_example = OverShortOut.example
    does: ClassVar[Any]

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> OverShort:
        over_short = load(_rows(), user, self.requires, pk=pk)
        words = {**data, "files": services.own_files(data["files"], by=user)} if "files" in data else data
        return type(self).does(over_short=over_short, by=user, at=at, **words)


class ExplainVariance(OverShortVerb):
    """Explain an over-short, as the person who held the till."""

    requires = "finance.explain_variance"
    does = staticmethod(services.explain_variance)
    refusals = refused_by(services.explain_variance, services.own_files)


class ProposeCharge(OverShortVerb):
    """Propose to charge a shortage; the person is told at once and has seven days."""

    requires = "finance.propose_charge"
    does = staticmethod(services.propose_charge)
    refusals = refused_by(services.propose_charge, services.own_files)


class DisputeVariance(OverShortVerb):
    """Dispute an over-short: nothing is charged while it is disputed, and what was charged is returned at once."""

    requires = "finance.dispute_variance"
    does = staticmethod(services.dispute_variance)
    refusals = refused_by(services.dispute_variance, services.own_files)
    out_example = {**OverShortOut.example, "status": "disputed", "dispute_text": "I handed it over."}


class ChargeVariance(OverShortVerb):
    """Charge a shortage, seven days after the notice and by another person than proposed it."""

    requires = "finance.charge_variance"
    In = None
    in_example = None
    does = staticmethod(services.charge_variance)
    refusals = refused_by(services.charge_variance)


class AbsorbVariance(OverShortVerb):
    """Absorb an over-short.

    The company bears a shortage, or keeps what is too much for its owner; the first person asks, the second does
    it.
    """

    requires = "finance.absorb_variance"
    In = VarianceReasonIn
    in_example = {"text": "A sale was written twice on a day with a known error."}
    does = staticmethod(services.absorb_variance)
    refusals = refused_by(services.absorb_variance)


class DecideDispute(OverShortVerb):
    """Decide the dispute of an over-short, as somebody who has had no part in it."""

    requires = "finance.decide_dispute"
    In = DisputeDecisionIn
    in_example = {"outcome": "absorb", "text": "The device shows the sale that the till lacks."}
    does = staticmethod(services.decide_dispute)
    refusals = refused_by(services.decide_dispute)


class ReturnVariance(OverShortVerb):
    """Return a surplus to the payer of a payment: the first person asks, the second does it."""

    requires = "finance.return_variance"
    In = VarianceReturnIn
    in_example = {"slip_no": "321324-0007-261125-7K2M9Q", "text": "He came back for his change."}
    refusals = refused_by(services.return_variance)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> OverShort:
        over_short = load(_rows(), user, self.requires, pk=pk)
        payment = payment_of_slip(over_short, data["slip_no"])
        return services.return_variance(over_short=over_short, payment=payment, text=data["text"], by=user, at=at)


def payment_of_slip(over_short: OverShort, number: str) -> Payment | None:
    """The payment of a slip, at the station of the difference."""
    return Payment.objects.filter(station=over_short.station_id, receipts__number=number).distinct().first()


def _rows() -> Any:
    return OverShort.objects.select_related("station__county", "holder")
