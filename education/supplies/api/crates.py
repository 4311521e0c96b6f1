"""The way back of kits over the API: packed at a station, counted in the county."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from education.supplies import services
from education.supplies.api.shared import CAMPAIGN, KIT, ByNumber, KitOut
from education.supplies.models import READ_CRATE, Campaign, Kit, KitCrate
from education.supplies.services.campaigns import MOST_KITS
from stations.accounts.models import User
from stations.network.models import Station
from stations.requests import signed_in

SEND = "education.send_kit_crate"


class KitCrateOut(ReadSerializer):
    """Kits on their way back: so many were packed; once it is counted, so many are lost."""

    id = serializers.UUIDField()
    campaign = serializers.UUIDField(source="campaign_id")
    station = serializers.CharField(source="station.code")
    packed = serializers.IntegerField()
    status = serializers.CharField()
    sent_at = serializers.DateTimeField()
    counted_at = serializers.DateTimeField(allow_null=True)
    lost = serializers.IntegerField()
    protocol = serializers.CharField(allow_blank=True)


CRATE: dict[str, Any] = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a1104",
    "campaign": CAMPAIGN["id"],
    "station": "321324-0007",
    "packed": 6,
    "status": "sent",
    "sent_at": "2027-02-02T02:41:00.000Z",
    "counted_at": None,
    "lost": 0,
    "protocol": "",
}


class KitCrates(generics.ListAPIView):
    """List crates of kits that go back to the county, newest first."""

    requires = READ_CRATE
    serializer_class = KitCrateOut
    pagination_class = ByNumber
    out_example = CRATE

    def get_queryset(self) -> QuerySet[KitCrate]:
        return KitCrate.objects.open_to(signed_in(self.request), READ_CRATE).select_related("station")


class SendKitCrateIn(serializers.Serializer):
    """Which kits go back, of which campaign, from which station."""

    campaign = serializers.UUIDField()
    station = serializers.CharField(max_length=20)
    serials = serializers.ListField(child=serializers.CharField(max_length=10), min_length=1, max_length=MOST_KITS)


class SendKitCrate(VerbView):
    """Send kits that nobody was handed back to the county."""

    requires = SEND
    In, Out = SendKitCrateIn, KitCrateOut
    success_status = 201
    refusals = refused_by(services.send_crate)
    in_example = {"campaign": CAMPAIGN["id"], "station": "321324-0007", "serials": ["KT00000041", "KT00000042"]}
    out_example = CRATE | {"packed": 2}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> KitCrate:
        campaign = Campaign.objects.open_to(user, SEND).filter(pk=data["campaign"]).first()
        station = Station.objects.open_to(user, SEND).filter(code=data["station"]).first()
        if campaign is None:
            raise ValidationError({"campaign": [_("There is no such campaign here.")]})
        if station is None:
            raise ValidationError({"station": [_("No station of yours has this code.")]})
        return services.send_crate(campaign=campaign, station=station, serials=data["serials"], by=user, at=at)


class _CrateVerb(VerbView):
    one_object = True
    requires = "education.count_kit_crate"

    def crate(self, user: User, pk: UUID) -> KitCrate:
        """The crate that a post carrying the verb reaches."""
        return load(KitCrate.objects.select_related("station"), user, self.requires, pk=pk)


class CountCrateKitIn(serializers.Serializer):
    """Which kit was found in the crate."""

    serial = serializers.CharField(max_length=10)


class CountCrateKit(_CrateVerb):
    """Count a kit of a crate: it is in the county store again."""

    In, Out = CountCrateKitIn, KitOut
    refusals = refused_by(services.count_crate_kit)
    in_example = {"serial": "KT00000041"}
    out_example = KIT | {"station": None, "state": "at_county"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Kit:
        return services.count_crate_kit(crate=self.crate(user, pk), **data, by=user, at=at)


class CloseKitCrateIn(serializers.Serializer):
    """What became of kits that are not in the crate; needed where any are missing."""

    protocol = Line(max_length=300, required=False, allow_blank=True, default="")


class CloseKitCrate(_CrateVerb):
    """Close a crate that is counted: kits that were not found are lost."""

    In, Out = CloseKitCrateIn, KitCrateOut
    refusals = refused_by(services.close_crate)
    in_example = {"protocol": "运输途中箱子破损，两套散落"}
    out_example = CRATE | {
        "status": "counted",
        "counted_at": "2027-02-04T01:10:00.000Z",
        "lost": 2,
        "protocol": "运输途中箱子破损，两套散落",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> KitCrate:
        return services.close_crate(crate=self.crate(user, pk), **data, by=user, at=at)
