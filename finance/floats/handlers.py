"""What floats take from other apps."""

import datetime as dt
from typing import Any
from uuid import UUID

from finance.floats import services
from finance.floats.models import FloatTransfer
from finance.floats.services.transfers import SENT


def end_transfer(event: Any) -> None:
    """The ledger has given held money free: where it was a float on its way, the transfer has expired."""
    if event.payload["event_type"] != SENT:
        return
    transfer = FloatTransfer.objects.filter(pk=event.payload["event_id"]).first()
    if transfer is not None:
        services.expire_float(transfer=transfer, at=_at(event))


def stop_float(event: Any) -> None:
    """A partner is suspended: nothing of his float stays on its way; payouts go on."""
    services.stop_transfers(partner=UUID(event.payload["partner"]), at=_at(event))


def end_float(event: Any) -> None:
    """A partner's contract has ended: nothing stays on its way, and nothing is waited for."""
    services.stop_transfers(partner=UUID(event.payload["partner"]), at=_at(event))
    services.stop_topups(partner=UUID(event.payload["partner"]), at=_at(event))


def _at(event: Any) -> dt.datetime:
    return dt.datetime.fromisoformat(event.payload["at"])
