"""What floats take from other apps."""

import datetime as dt
from typing import Any
from uuid import UUID

from finance.floats import services
from finance.floats.models import FloatTransfer
from finance.floats.services.transfers import SENT
from stations.models import Contract


def end_transfer(event: Any) -> None:
    """The ledger has given held money free: where it was a float on its way, the transfer has expired."""
    if event.payload["event_type"] != SENT:
        return
    transfer = FloatTransfer.objects.filter(pk=event.payload["event_id"]).first()
    if transfer is not None:
        services.expire_float(transfer=transfer, at=_at(event))


def stop_float(event: Any) -> None:
    """A partner is suspended: nothing of his float stays on its way; payouts go on."""
    for partner in _partner(event):
        services.stop_transfers(partner=partner, at=_at(event))


def end_float(event: Any) -> None:
    """A partner's contract has ended: nothing stays on its way, and nothing is waited for."""
    for partner in _partner(event):
        services.stop_transfers(partner=partner, at=_at(event))
        services.stop_topups(partner=partner, at=_at(event))


def _partner(event: Any) -> list[UUID]:
    """Whom the event names; else the last partner of the station, whose contract may have ended with it."""
    if named := event.payload.get("partner"):
        return [UUID(str(named))]
    contracts = Contract.objects.filter(station=event.payload["station"], kind=Contract.Kind.PARTNER)
    return list(contracts.order_by("-from_date", "-pk").values_list("user_id", flat=True)[:1])


def _at(event: Any) -> dt.datetime:
    return dt.datetime.fromisoformat(event.payload["at"])
