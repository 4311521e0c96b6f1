"""What answers about weather stations, readings, windows and their payouts hold."""

from typing import Any, ClassVar

from rest_framework import serializers

from core.money import Money
from core.serializers import ReadSerializer
from finance.insurance.models import IndexSource, IndexWindow


class IndexSourceOut(ReadSerializer):
    """A weather station; `backup` is the code of the one that stands in, `grace_days` after a window's last day."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.DictField(child=serializers.CharField())
    kind = serializers.CharField()
    region = serializers.CharField(source="region.code")
    backup = serializers.CharField(source="backup.code", allow_null=True)
    grace_days = serializers.IntegerField()

    @staticmethod
    def get_name(source: IndexSource) -> dict[str, str]:
        return {"en": source.name, "zh-hans": source.name_zh}

    example: ClassVar[dict[str, Any]] = {
        "id": 1,
        "code": "qinglong",
        "name": {"en": "Qinglong", "zh-hans": "青龙气象站"},
        "kind": "rainfall",
        "region": "321324000000",
        "backup": "guiren",
        "grace_days": 5,
    }


class IndexReadingOut(ReadSerializer):
    """What a weather station said of a day."""

    date = serializers.DateField()
    measured = serializers.CharField(source="value")
    released_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "date": "2026-08-31",
        "measured": "300.00",
        "released_at": "2026-09-01T02:10:00.000Z",
    }


FILE: dict[str, Any] = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d61",
    "number": "R-K7P2QX4M",
    "status": "loaded",
    "rows": 1,
    "made_at": "2026-09-01T01:00:00.000Z",
    "checked_at": None,
}


class IndexFileOut(ReadSerializer):
    """A file of readings."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.CharField()
    rows = serializers.IntegerField()
    made_at = serializers.DateTimeField()
    checked_at = serializers.DateTimeField(allow_null=True)

    example = FILE


WINDOW: dict[str, Any] = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d71",
    "product": "drought-index",
    "source": "qinglong",
    "start_date": "2027-04-01",
    "end_date": "2027-08-31",
    "stand_in_date": "2027-09-06",
    "wait_until_date": "2027-09-10",
    "status": "proposed",
    "index_kind": "rainfall",
    "trigger": "400.00",
    "exit": "200.00",
    "sum_insured": "2000.00",
    "currency": "CNY",
    "index": None,
    "measured_by": None,
}


class IndexWindowOut(ReadSerializer):
    """Days whose index decides; `index` and the weather station that measured it are null until it is fixed.

    From `stand_in_date` on the reading of the station that stands in counts.
    """

    id = serializers.UUIDField()
    product = serializers.CharField(source="benefit.version.product.code")
    source = serializers.CharField(source="source.code")  # type: ignore[assignment]
    start_date = serializers.DateField()
    end_date = serializers.DateField()
    stand_in_date = serializers.DateField()
    wait_until_date = serializers.DateField()
    status = serializers.CharField()
    index_kind = serializers.CharField(source="benefit.index_kind")
    trigger = serializers.CharField(source="benefit.trigger")
    exit = serializers.CharField(source="benefit.exit")
    sum_insured = serializers.CharField()
    currency = serializers.CharField(source="benefit.version.product.currency")
    index = serializers.CharField(source="reading.value", allow_null=True)
    measured_by = serializers.CharField(source="reading.source.code", allow_null=True)

    @staticmethod
    def get_sum_insured(window: IndexWindow) -> str:
        benefit = window.benefit
        return str(Money(benefit.sum_insured_minor or 0, benefit.version.product.currency))

    example = WINDOW


PAYOUT: dict[str, Any] = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d81",
    "policy": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d21",
    "window": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d71",
    "station": "321324-0007",
    "by_index": "1000.00",
    "amount": "1000.00",
    "currency": "CNY",
    "status": "due",
    "made_at": "2027-09-01T22:00:00.000Z",
    "paid_at": None,
}


class IndexPayoutOut(ReadSerializer):
    """What a policy gets of a window; `by_index` is the formula's amount before ceilings."""

    id = serializers.UUIDField()
    policy = serializers.UUIDField(source="policy_id")
    window = serializers.UUIDField(source="window_id")
    station = serializers.CharField(source="policy.station.code")
    by_index = serializers.CharField()
    amount = serializers.CharField()
    currency = serializers.CharField()
    status = serializers.CharField()
    made_at = serializers.DateTimeField()
    paid_at = serializers.DateTimeField(allow_null=True)

    get_by_index = staticmethod(lambda row: str(Money(row.gross_minor, row.currency)))

    example = PAYOUT
