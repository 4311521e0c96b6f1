"""What the endpoints of school kits show."""

from typing import Any

from rest_framework import serializers

from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from education.supplies.models import Campaign
from education.supplies.queries import Sheet, sheet_of

PERSON, GUARDIAN = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0b01", "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0b02"


class ByNumber(CursorPages):
    ordering = "-id"


class SheetOut(ReadSerializer):
    """Every kit: arrived is the sum of all others."""

    arrived = serializers.IntegerField()
    at_county = serializers.IntegerField()
    in_transit = serializers.IntegerField()
    at_station = serializers.IntegerField()
    handed_over = serializers.IntegerField()
    returned = serializers.IntegerField()
    damaged = serializers.IntegerField()
    lost = serializers.IntegerField()
    written_off = serializers.IntegerField()
    going_back = serializers.IntegerField()


class KitCampaignOut(ReadSerializer):
    """A campaign of a donor, with its sheet."""

    id = serializers.UUIDField()
    county = serializers.CharField(source="county.code")
    name = serializers.CharField()
    donor = serializers.CharField()
    contents = serializers.CharField()
    starts_date = serializers.DateField()
    ends_date = serializers.DateField()
    age_from = serializers.IntegerField()
    age_to = serializers.IntegerField()
    left_behind_only = serializers.BooleanField()
    sheet = SheetOut()

    @staticmethod
    def get_sheet(campaign: Campaign) -> Sheet:
        """Where each kit is."""
        return sheet_of(campaign)


class KitOut(ReadSerializer):
    """One kit; its station once it has left the county store."""

    serial = serializers.CharField()
    campaign = serializers.UUIDField(source="campaign_id")
    station = serializers.CharField(source="station.code", allow_null=True)
    state = serializers.CharField()


class KitHandoverOut(ReadSerializer):
    """A kit that a child was handed."""

    id = serializers.UUIDField()
    campaign = serializers.UUIDField(source="campaign_id")
    serial = serializers.CharField(source="kit.serial")
    child = serializers.UUIDField(source="child_id")
    received_by = serializers.UUIDField(source="received_by_id")
    proof = serializers.CharField()
    station = serializers.CharField(source="station.code")
    at = serializers.DateTimeField()
    returned_at = serializers.DateTimeField(allow_null=True)


SHEET: dict[str, Any] = {
    "arrived": 200,
    "at_county": 60,
    "in_transit": 20,
    "at_station": 30,
    "handed_over": 88,
    "returned": 1,
    "damaged": 1,
    "lost": 0,
    "written_off": 0,
    "going_back": 0,
}
CAMPAIGN: dict[str, Any] = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a1101",
    "county": "321324000000",
    "name": "秋季爱心书包",
    "donor": "春蕾助学会",
    "contents": "书包 1 个，铅笔 12 支，作业本 10 本",
    "starts_date": "2026-09-01",
    "ends_date": "2027-01-31",
    "age_from": 6,
    "age_to": 15,
    "left_behind_only": False,
    "sheet": SHEET,
}
KIT = {"serial": "KT00000041", "campaign": CAMPAIGN["id"], "station": "321324-0007", "state": "at_station"}
HANDOVER = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a1102",
    "campaign": CAMPAIGN["id"],
    "serial": "KT00000041",
    "child": PERSON,
    "received_by": GUARDIAN,
    "proof": "signature",
    "station": "321324-0007",
    "at": "2026-11-25T02:41:00.000Z",
    "returned_at": None,
}
