"""Answers are described once: what the fields say is what is shown."""

from dataclasses import dataclass, field
from typing import Any

from rest_framework import serializers

from core.money import Money
from core.serializers import MinorField, ReadSerializer


@dataclass
class Station:
    code: str


@dataclass
class Step:
    new: str


AMOUNT = Money(186_40, "CNY")


@dataclass
class Row:
    id: int = 7
    amount: Money = AMOUNT
    note: str = ""
    reason: str = ""
    station: Station | None = None
    steps: list[Step] = field(default_factory=list)
    first: Step | None = None
    facts: Any = None
    fee_minor: int = 1_250
    currency: str = "KWD"


class StepOut(ReadSerializer):
    new = serializers.CharField()


class RowOut(ReadSerializer):
    id = serializers.IntegerField()
    amount = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_null=True)
    station = serializers.CharField(source="station.code", allow_null=True)
    steps = StepOut(many=True)
    first = StepOut(allow_null=True)
    facts = serializers.JSONField(allow_null=True)
    number_of_steps = serializers.IntegerField()

    @staticmethod
    def get_number_of_steps(row):
        return len(row.steps)


class MoreOut(RowOut):
    doubled = serializers.CharField()
    fee = MinorField()

    @staticmethod
    def get_doubled(row):
        return row.amount + row.amount


def test_every_field_is_shown_in_its_order():
    assert list(RowOut(Row()).data) == list(RowOut().fields)
    assert list(MoreOut(Row()).data) == list(MoreOut().fields)


def test_minor_units_are_shown_with_the_decimals_of_their_currency():
    assert MoreOut(Row()).data["fee"] == "1.250"


def test_text_is_text_and_nothing_is_null_where_it_may_be():
    shown = RowOut(Row()).data
    assert (shown["amount"], shown["note"], shown["reason"]) == ("186.40", "", None)


def test_a_path_is_followed_and_is_null_where_it_ends_early():
    assert RowOut(Row()).data["station"] is None
    assert RowOut(Row(station=Station("321324-0007"))).data["station"] == "321324-0007"


def test_parts_are_shown_by_their_own_class():
    shown = RowOut(Row(steps=[Step("logged"), Step("closed")], first=Step("logged"))).data
    assert shown["steps"] == [{"new": "logged"}, {"new": "closed"}]
    assert shown["first"] == {"new": "logged"}
    assert RowOut(Row()).data["first"] is None


def test_what_is_computed_is_shown_as_it_is():
    assert RowOut(Row(steps=[Step("logged")])).data["number_of_steps"] == 1
    assert MoreOut(Row()).data["doubled"] == "372.80"


def test_many_are_a_list():
    assert [each["reason"] for each in RowOut([Row(), Row(reason="why")], many=True).data] == [None, "why"]
