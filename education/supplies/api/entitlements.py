"""Who is to have a kit, over the API: proposed at the station, decided by another person in the county."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from education.safeguarding.api.shared import people
from education.supplies import services
from education.supplies.api.shared import CAMPAIGN, PERSON, ByNumber
from education.supplies.models import READ_ENTITLEMENT, Campaign, KitEntitlement
from stations.accounts.models import User
from stations.people.recorded_lists import RecordedList
from stations.people.refused_reads import LogsRefusedReads, load_of_resident
from stations.people.services import log_reads
from stations.requests import signed_in


class KitEntitlementOut(ReadSerializer):
    """A child that is to have a kit; `is_suspected` where it may be the second of the same child.

    `is_contested` while a second hand-over that a device reported waits for the county.
    """

    id = serializers.UUIDField()
    campaign = serializers.UUIDField(source="campaign_id")
    child = serializers.UUIDField(source="child_id")
    station = serializers.CharField(source="station.code")
    status = serializers.CharField()
    is_suspected = serializers.BooleanField()
    is_contested = serializers.BooleanField()
    proposed_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


ENTITLEMENT: dict[str, Any] = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a1103",
    "campaign": CAMPAIGN["id"],
    "child": PERSON,
    "station": "321324-0007",
    "status": "pending",
    "is_suspected": False,
    "is_contested": False,
    "proposed_at": "2026-11-20T02:41:00.000Z",
    "decided_at": None,
    "reason": "",
}
DECIDED = {"decided_at": "2026-11-21T01:10:00.000Z"}


class KitEntitlements(RecordedList):
    """List children that were proposed for kits, newest first; each child shown gets a row in the access log."""

    requires = READ_ENTITLEMENT
    serializer_class = KitEntitlementOut
    pagination_class = ByNumber
    out_example = ENTITLEMENT

    def get_queryset(self) -> QuerySet[KitEntitlement]:
        rows = KitEntitlement.objects.open_to(signed_in(self.request), READ_ENTITLEMENT)
        return rows.select_related("station", "child")

    def record(self, rows: Sequence[KitEntitlement]) -> None:
        children = {row.child_id: row.child for row in rows}
        log_reads(user=signed_in(self.request), people=children.values(), what="school_kits", at=now())


class ProposeEntitlementIn(serializers.Serializer):
    """For a kit of which campaign."""

    campaign = serializers.UUIDField()


class ProposeEntitlement(LogsRefusedReads, VerbView):
    """Propose a child of the own station for a kit; one that may be the second of the same child is held."""

    requires = "education.propose_entitlement"
    one_object = True
    In, Out = ProposeEntitlementIn, KitEntitlementOut
    success_status = 201
    refusals = refused_by(services.propose_entitlement)
    in_example = {"campaign": CAMPAIGN["id"]}
    out_example = ENTITLEMENT

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> KitEntitlement:
        child = load_of_resident(people(), user, self.requires, resident="pk", pk=pk)
        campaign = Campaign.objects.open_to(user, self.requires).filter(pk=data["campaign"]).first()
        if campaign is None:
            raise ValidationError({"campaign": [_("There is no such campaign here.")]})
        return services.propose_entitlement(campaign=campaign, child=child, station=child.home_station, by=user, at=at)


class _EntitlementVerb(LogsRefusedReads, VerbView):
    one_object = True
    Out = KitEntitlementOut

    def entitlement(self, user: User, pk: UUID) -> KitEntitlement:
        """The entitlement that a post carrying the verb reaches."""
        rows = KitEntitlement.objects.select_related("station")
        return load_of_resident(rows, user, self.requires, resident="child", pk=pk)


class ApproveEntitlementIn(serializers.Serializer):
    """Of a child that may have a kit already, why it is another one."""

    reason = Line(max_length=200, required=False, allow_blank=True, default="")


class ApproveEntitlement(_EntitlementVerb):
    """Approve a kit for a child that somebody else has proposed."""

    requires = "education.decide_entitlement"
    In = ApproveEntitlementIn
    refusals = refused_by(services.approve_entitlement)
    in_example = {"reason": ""}
    out_example = ENTITLEMENT | DECIDED | {"status": "approved"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> KitEntitlement:
        return services.approve_entitlement(entitlement=self.entitlement(user, pk), **data, by=user, at=at)


class EntitlementReasonIn(serializers.Serializer):
    """Why."""

    reason = Line(max_length=200)


class RefuseEntitlement(_EntitlementVerb):
    """Refuse a kit for a child that somebody else has proposed."""

    requires = "education.decide_entitlement"
    In = EntitlementReasonIn
    refusals = refused_by(services.refuse_entitlement)
    in_example = {"reason": "邻村已登记同一个孩子"}
    out_example = ENTITLEMENT | DECIDED | {"status": "refused", "reason": "邻村已登记同一个孩子"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> KitEntitlement:
        return services.refuse_entitlement(entitlement=self.entitlement(user, pk), **data, by=user, at=at)


class CancelEntitlement(_EntitlementVerb):
    """Take an entitlement back before its kit is handed over."""

    requires = "education.cancel_entitlement"
    In = EntitlementReasonIn
    refusals = refused_by(services.cancel_entitlement)
    in_example = {"reason": "孩子已转学到外县"}
    out_example = ENTITLEMENT | {"status": "cancelled", "reason": "孩子已转学到外县"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> KitEntitlement:
        return services.cancel_entitlement(entitlement=self.entitlement(user, pk), **data, by=user, at=at)


class SettleSecondHandovers(_EntitlementVerb):
    """Say what happened where a device has reported a second hand-over; no count changes."""

    requires = "education.decide_entitlement"
    In = EntitlementReasonIn
    refusals = refused_by(services.settle_second_handovers)
    in_example = {"reason": "两台手机记了同一次发放"}
    out_example = ENTITLEMENT | DECIDED | {"status": "handed_over"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> KitEntitlement:
        return services.settle_second_handovers(entitlement=self.entitlement(user, pk), **data, by=user, at=at)
