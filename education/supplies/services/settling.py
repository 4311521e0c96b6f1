"""A lost kit is found again, or written off: one person of the county says so, another one confirms it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words
from education.supplies.machine import KIT, SETTLEMENT
from education.supplies.models import Kit, KitSettlement
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_S = KitSettlement.Status


class SettlementWaits(Refused):
    """Somebody has said before what became of this kit."""

    code = "kit_settlement_waits"
    message = _("What became of this kit waits already for another person.")


@refuses(WrongState, SettlementWaits)
@needs_words("reason")
@transaction.atomic
def propose_kit_settlement(*, kit: Kit, outcome: str, reason: str, by: User, at: dt.datetime) -> KitSettlement:
    """Say what became of a kit that is lost or damaged. Raises `WrongState` of any other, `SettlementWaits`."""
    kit = lock(kit)
    KIT.check("propose_kit_settlement", kit.state)
    if kit.settlements.to_decide().exists():
        raise SettlementWaits
    made = KitSettlement.objects.create(kit=kit, outcome=outcome, reason=reason, proposed_by=by, proposed_at=at)
    record_change(made, old="", new=made.status, at=at, actor=by.pk, reason=reason)
    return made


@refuses(WrongState, SamePerson)
@transaction.atomic
def confirm_kit_settlement(*, settlement: KitSettlement, by: User, at: dt.datetime) -> KitSettlement:
    """Another person has seen the kit, or agrees that it is gone: it is in stock again, or written off."""
    settlement = _decide(settlement, "confirm_kit_settlement", _S.CONFIRMED, by, at)
    kit = lock(settlement.kit)
    before = kit.state
    if settlement.outcome == KitSettlement.Outcome.FOUND:
        kit.state, kit.station, kit.sent_at = Kit.State.AT_COUNTY, None, None
    else:
        kit.state = Kit.State.WRITTEN_OFF
    kit.save(update_fields=["state", "station", "sent_at", "updated_at"])
    record_change(kit, old=before, new=kit.state, at=at, actor=by.pk, reason=settlement.reason)
    return settlement


@refuses(WrongState, SamePerson)
@needs_words("reason")
@transaction.atomic
def refuse_kit_settlement(*, settlement: KitSettlement, reason: str, by: User, at: dt.datetime) -> KitSettlement:
    """Another person does not find it so: the kit stays lost."""
    return _decide(settlement, "refuse_kit_settlement", _S.REFUSED, by, at, reason=reason)


def _decide(
    settlement: KitSettlement, verb: str, new: str, by: User, at: dt.datetime, *, reason: str = ""
) -> KitSettlement:
    settlement = lock(settlement)
    SETTLEMENT.check(verb, settlement.status)
    require_two_persons(by, settlement.proposed_by_id)
    before, settlement.status = settlement.status, new
    settlement.decided_by, settlement.decided_at = by, at
    settlement.save(update_fields=["status", "decided_by", "decided_at", "updated_at"])
    record_change(settlement, old=before, new=new, at=at, actor=by.pk, reason=reason)
    return settlement
