"""Lost kits over the API: what became of one is said by one person, and decided by another."""

import datetime as dt
from typing import Any
from uuid import UUID

from rest_framework import serializers

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from education.supplies import services
from education.supplies.models import Kit, KitSettlement
from stations.accounts.models import User

SETTLEMENT: dict[str, Any] = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a1106",
    "serial": "KT00000041",
    "outcome": "found",
    "reason": "在乡镇仓库的角落里找到",
    "status": "proposed",
    "proposed_at": "2027-02-05T02:41:00.000Z",
    "decided_at": None,
}


class KitSettlementOut(ReadSerializer):
    """What somebody says became of a lost kit, and whether another person agrees."""

    id = serializers.UUIDField()
    serial = serializers.CharField(source="kit.serial")
    outcome = serializers.CharField()
    reason = serializers.CharField()
    status = serializers.CharField()
    proposed_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class ProposeKitSettlementIn(serializers.Serializer):
    """Found again, or gone for good, and how that is known."""

    outcome = serializers.ChoiceField(choices=KitSettlement.Outcome.choices)
    reason = Line(max_length=200)


class ProposeKitSettlement(VerbView):
    """Say what became of a kit that is lost or damaged."""

    requires = "education.propose_kit_settlement"
    one_object = True
    In, Out = ProposeKitSettlementIn, KitSettlementOut
    success_status = 201
    refusals = refused_by(services.propose_kit_settlement)
    in_example = {"outcome": "found", "reason": "在乡镇仓库的角落里找到"}
    out_example = SETTLEMENT

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, serial: str) -> KitSettlement:
        kit: Kit = load(Kit.objects, user, self.requires, serial=serial)
        return services.propose_kit_settlement(kit=kit, **data, by=user, at=at)


class _SettlementVerb(VerbView):
    requires = "education.decide_kit_settlement"
    one_object = True
    Out = KitSettlementOut

    def settlement(self, user: User, pk: UUID) -> KitSettlement:
        """The settlement that a post carrying the verb reaches."""
        return load(KitSettlement.objects.select_related("kit"), user, self.requires, pk=pk)


class ConfirmKitSettlement(_SettlementVerb):
    """Confirm what became of a kit: it is in stock again, or written off."""

    refusals = refused_by(services.confirm_kit_settlement)
    out_example = SETTLEMENT | {"status": "confirmed", "decided_at": "2027-02-06T01:10:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> KitSettlement:
        return services.confirm_kit_settlement(settlement=self.settlement(user, pk), by=user, at=at)


class RefuseKitSettlementIn(serializers.Serializer):
    """Why it is not so."""

    reason = Line(max_length=200)


class RefuseKitSettlement(_SettlementVerb):
    """Refuse what was said about a kit: it stays lost."""

    In = RefuseKitSettlementIn
    refusals = refused_by(services.refuse_kit_settlement)
    in_example = {"reason": "编号对不上"}
    out_example = SETTLEMENT | {"status": "refused", "decided_at": "2027-02-06T01:10:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> KitSettlement:
        return services.refuse_kit_settlement(settlement=self.settlement(user, pk), **data, by=user, at=at)
