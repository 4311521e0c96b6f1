"""Campaigns, kits and hand-overs over the API."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError

from core.access import load
from core.api import VerbView
from core.database.db import present
from core.errors import refused_by
from core.language.typed import Line
from education.safeguarding.api.shared import people
from education.supplies import services
from education.supplies.api.shared import (
    CAMPAIGN,
    GUARDIAN,
    HANDOVER,
    KIT,
    PERSON,
    SHEET,
    ByNumber,
    KitCampaignOut,
    KitHandoverOut,
    KitOut,
)
from education.supplies.models import READ, READ_HANDOVER, Campaign, Handover, Kit
from education.supplies.services.campaigns import MOST_KITS
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person
from stations.people.recorded_lists import RecordedList
from stations.people.refused_reads import LogsRefusedReads, load_of_resident
from stations.people.services import log_reads
from stations.places.models import Division
from stations.requests import signed_in


class KitCampaigns(generics.ListAPIView):
    """List campaigns of school kits of the county, newest first."""

    requires = READ
    serializer_class = KitCampaignOut
    pagination_class = ByNumber
    out_example = CAMPAIGN

    def get_queryset(self) -> QuerySet[Campaign]:
        return Campaign.objects.open_to(signed_in(self.request), READ).select_related("county")


class OpenCampaignIn(serializers.Serializer):
    """Whose kits, what is in one, for which children, and when."""

    county = serializers.CharField(max_length=12, help_text="The code of a county.")
    name = Line(max_length=80)
    donor = Line(max_length=80)
    contents = Line(max_length=500)
    starts_date = serializers.DateField()
    ends_date = serializers.DateField()
    age_from = serializers.IntegerField(min_value=0, max_value=99)
    age_to = serializers.IntegerField(min_value=0, max_value=99)
    left_behind_only = serializers.BooleanField(default=False)


class OpenCampaign(VerbView):
    """Open a campaign of school kits."""

    requires = "education.open_kit_campaign"
    In, Out = OpenCampaignIn, KitCampaignOut
    success_status = 201
    refusals = refused_by(services.open_campaign)
    in_example = {name: value for name, value in CAMPAIGN.items() if name not in {"id", "sheet"}}
    out_example = CAMPAIGN | {"sheet": dict.fromkeys(SHEET, 0)}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Campaign:
        county = load(
            Division.objects.current().filter(level=Division.Level.COUNTY), user, self.requires, code=data.pop("county")
        )
        return services.open_campaign(county=county, **data, by=user, at=at)


class _CampaignVerb(VerbView):
    one_object = True
    Out = KitCampaignOut

    def campaign(self, user: User, pk: UUID) -> Campaign:
        return load(Campaign.objects.select_related("county"), user, self.requires, pk=pk)


class RegisterKitsIn(serializers.Serializer):
    """How many kits have arrived."""

    count = serializers.IntegerField(min_value=1, max_value=MOST_KITS)


class RegisterKits(_CampaignVerb):
    """Register kits that have arrived in the county store; each gets a label."""

    requires = "education.register_kits"
    In = RegisterKitsIn
    success_status = 201
    refusals = refused_by(services.register_kits)
    in_example = {"count": 200}
    out_example = CAMPAIGN

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Campaign:
        return services.register_kits(campaign=self.campaign(user, pk), **data, by=user, at=at)


class SendKitsIn(RegisterKitsIn):
    """How many kits go to which station."""

    station = serializers.CharField(max_length=20)


class SendKits(_CampaignVerb):
    """Send kits of the county store to a station of the county."""

    requires = "education.send_kits"
    In = SendKitsIn
    refusals = refused_by(services.send_kits)
    in_example = {"station": "321324-0007", "count": 20}
    out_example = CAMPAIGN

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Campaign:
        campaign = self.campaign(user, pk)
        station = Station.objects.filter(code=data.pop("station"), county=campaign.county_id).first()
        if station is None:
            raise ValidationError({"station": [_("No station of the county has this code.")]})
        return services.send_kits(campaign=campaign, station=station, **data, by=user, at=at)


class _KitVerb(VerbView):
    one_object = True

    def kit(self, user: User, serial: str) -> Kit:
        return load(Kit.objects.select_related("campaign", "station"), user, self.requires, serial=serial)


class ReceiveKit(_KitVerb):
    """Receive a kit that was sent to this station."""

    requires = "education.receive_kit"
    Out = KitOut
    refusals = refused_by(services.receive_kit)
    out_example = KIT

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, serial: str) -> Kit:
        return services.receive_kit(kit=self.kit(user, serial), by=user, at=at)


class KitReasonIn(serializers.Serializer):
    """Why."""

    reason = Line(max_length=200)


class ReportKitDamaged(_KitVerb):
    """Record that a kit is damaged or lost."""

    requires = "education.report_kit_damaged"
    In, Out = KitReasonIn, KitOut
    refusals = refused_by(services.report_kit_damaged)
    in_example = {"reason": "淋雨受潮"}
    out_example = KIT | {"state": "damaged"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, serial: str) -> Kit:
        return services.report_kit_damaged(kit=self.kit(user, serial), **data, by=user, at=at)


class HandOverKitIn(serializers.Serializer):
    """Which child, which guardian, and the proof; a code only where one was sent.

    `made_at` only from a device that did it without network, by its clock.
    """

    child = serializers.UUIDField()
    guardian = serializers.UUIDField()
    proof = serializers.ChoiceField(Handover.Proof.choices)
    code = serializers.CharField(max_length=6, required=False, allow_blank=True, default="")
    made_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class HandOverKit(LogsRefusedReads, _KitVerb):
    """Hand a kit of this station to a child, once in a campaign."""

    requires = "education.hand_over_kit"
    In, Out = HandOverKitIn, KitHandoverOut
    success_status = 201
    refusals = refused_by(services.hand_over_kit)
    in_example = {"child": PERSON, "guardian": GUARDIAN, "proof": "signature"}
    out_example = HANDOVER

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, serial: str) -> Handover:
        kit = self.kit(user, serial)
        child = load_of_resident(people(), user, self.requires, resident="pk", pk=data.pop("child"))
        guardian = _guardian(data.pop("guardian"))
        # A kit that the verb of a station reaches is at a station.
        station = present(kit.station)
        return services.hand_over_kit(kit=kit, child=child, guardian=guardian, station=station, **data, by=user, at=at)


class KitHandovers(RecordedList):
    """List hand-overs of the reader's station, newest first; each child shown gets a row in the access log."""

    requires = READ_HANDOVER
    serializer_class = KitHandoverOut
    pagination_class = ByNumber
    out_example = HANDOVER

    def get_queryset(self) -> QuerySet[Handover]:
        rows = Handover.objects.open_to(signed_in(self.request), READ_HANDOVER)
        return rows.select_related("kit", "station", "child")

    def record(self, rows: Sequence[Handover]) -> None:
        children = {row.child_id: row.child for row in rows}
        log_reads(user=signed_in(self.request), people=children.values(), what="school_kits", at=now())


class SendKitCodeIn(serializers.Serializer):
    """Which guardian."""

    guardian = serializers.UUIDField()


class KitCodeOut(serializers.Serializer):
    """The child for whom a code was sent."""

    child = serializers.UUIDField(source="pk")


class SendKitCode(LogsRefusedReads, VerbView):
    """Send a guardian the code with which they receive a school kit."""

    requires = "education.hand_over_kit"
    one_object = True
    In, Out = SendKitCodeIn, KitCodeOut
    success_status = 201
    refusals = refused_by(services.send_kit_code)
    in_example = {"guardian": GUARDIAN}
    out_example = {"child": PERSON}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Person:
        child = load_of_resident(people(), user, self.requires, resident="pk", pk=pk)
        return services.send_kit_code(child=child, guardian=_guardian(data["guardian"]), by=user, at=at)


def _guardian(pk: UUID) -> Person:
    found = Person.objects.living().filter(pk=pk).first()
    if found is None:
        raise ValidationError({"guardian": [_("There is no such person.")]})
    return found


class ReturnKit(LogsRefusedReads, VerbView):
    """Take a kit back; the child may get another one."""

    requires = "education.return_kit"
    one_object = True
    In, Out = KitReasonIn, KitHandoverOut
    refusals = refused_by(services.return_kit)
    in_example = {"reason": "尺码不合适"}
    out_example = HANDOVER | {"returned_at": "2026-11-26T02:41:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Handover:
        rows = Handover.objects.select_related("kit", "station")
        handover = load_of_resident(rows, user, self.requires, resident="child", pk=pk)
        return services.return_kit(handover=handover, **data, by=user, at=at)
