"""What is brought to a group's meeting, over the API: the whole sheet, or member by member."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import NonNegativeAmountField
from core.errors import refused_by
from core.language.typed import Line
from core.money import Money
from core.serializers import ReadSerializer
from finance.loans import services
from finance.loans.api.groups import COLLECT, GROUP, LOAN, GroupVerb
from finance.loans.models import CollectionSheet, SheetLine
from finance.loans.models.groups import READ_GROUP
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.people.models import Person


class CollectedIn(serializers.Serializer):
    """One loan: how much was paid on it, by which other member, and why less than is due."""

    loan = serializers.UUIDField()
    amount = NonNegativeAmountField()
    payer = serializers.UUIDField(required=False, allow_null=True, default=None)
    reason = Line(max_length=120, required=False, allow_blank=True, default="")


class CollectSheetIn(serializers.Serializer):
    """Every loan of the sheet; and the meeting, if it was on one of the three days before."""

    lines = serializers.ListField(child=CollectedIn(), min_length=1, max_length=60)
    meeting = serializers.DateField(required=False, allow_null=True, default=None)


class CollectLineIn(CollectedIn):
    """One loan of a sheet; and the meeting, if it was on one of the three days before."""

    meeting = serializers.DateField(required=False, allow_null=True, default=None)


class SheetLineOut(ReadSerializer):
    """One loan on a sheet: what was due, what was paid, and by which payment."""

    loan = serializers.UUIDField(source="loan_id")
    due = serializers.CharField()
    collected = serializers.CharField()
    payment = serializers.UUIDField(source="payment_id", allow_null=True)
    reason = serializers.CharField()
    get_due = staticmethod(lambda line: str(Money(line.expected_minor, line.sheet.currency)))
    get_collected = staticmethod(lambda line: str(Money(line.collected_minor, line.sheet.currency)))


class RecordedLineOut(SheetLineOut):
    """What one member brought, and the sheet on which it stands."""

    sheet = serializers.UUIDField(source="sheet_id")

    example: ClassVar[dict[str, Any]] = {
        "sheet": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e91",
        "loan": LOAN,
        "due": "2770.00",
        "collected": "2000.00",
        "payment": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0ea1",
        "reason": "sold less",
    }


class CollectionSheetOut(ReadSerializer):
    """What was collected from a group on one day."""

    id = serializers.UUIDField()
    group = serializers.UUIDField(source="group_id")
    meeting_date = serializers.DateField()
    expected = serializers.CharField()
    collected = serializers.CharField()
    currency = serializers.CharField()
    lines = SheetLineOut(many=True)
    get_lines = staticmethod(lambda sheet: sheet.lines.select_related("sheet").order_by("loan"))

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e91",
        "group": GROUP,
        "meeting_date": "2026-12-30",
        "expected": "2770.00",
        "collected": "2000.00",
        "currency": "CNY",
        "lines": [
            {
                "loan": LOAN,
                "due": "2770.00",
                "collected": "2000.00",
                "payment": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0ea1",
                "reason": "sold less",
            }
        ],
    }


class CollectFromGroup(GroupVerb):
    """Record what the members have brought: a payment for each loan, all of them or none."""

    requires = COLLECT
    In = CollectSheetIn
    Out = CollectionSheetOut
    success_status = 201
    refusals = refused_by(services.collect_from_group)
    in_example: ClassVar[dict[str, Any]] = {"lines": [{"loan": LOAN, "amount": "2000.00", "reason": "sold less"}]}
    out_example = CollectionSheetOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> CollectionSheet:
        group, station = self.group(user, pk), counter_of(user, COLLECT)
        collected = _collected(data["lines"], station.currency, field="lines")
        return services.collect_from_group(
            group=group,
            collected=collected,
            meeting=data["meeting"],
            station=station,
            by=user,
            at=at,
            key=key,
        )


class CollectLine(GroupVerb):
    """Record what one member has brought; each line has its own key and holds up no other."""

    requires = COLLECT
    In = CollectLineIn
    Out = RecordedLineOut
    success_status = 201
    refusals = refused_by(services.collect_line)
    in_example: ClassVar[dict[str, Any]] = {"loan": LOAN, "amount": "2000.00", "reason": "sold less"}
    out_example = RecordedLineOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> SheetLine:
        group, station = self.group(user, pk), counter_of(user, COLLECT)
        [line] = _collected([data], station.currency, field="payer")
        about = data["meeting"]
        return services.collect_line(group=group, line=line, meeting=about, station=station, by=user, at=at, key=key)


def _collected(rows: Sequence[dict[str, Any]], currency: str, *, field: str) -> list[services.Collected]:
    """What was typed, with the people who pay."""
    payers = {each["payer"] for each in rows if each["payer"]}
    known = {each.pk: each for each in Person.objects.living().filter(pk__in=payers)}
    if set(known) != payers:
        raise services.PayerOutsideGroup(field=field)
    return [
        services.Collected(
            loan=each["loan"],
            amount=each["amount"].in_currency(currency),
            payer=known.get(each["payer"]),
            reason=each["reason"],
        )
        for each in rows
    ]


class CollectionSheetDetail(APIView):
    """What was collected in one act."""

    requires = READ_GROUP
    one_object = True

    @extend_schema(responses=CollectionSheetOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(CollectionSheetOut(load(CollectionSheet.objects.all(), request.user, READ_GROUP, pk=pk)).data)
