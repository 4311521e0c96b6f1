"""A presale takes no more orders, or is called off."""

import datetime as dt

from django.db import transaction

from core.errors import WrongState, refuses
from core.language.reasons import needs_words
from orders.presales.machine import PRESALE
from orders.presales.models import PresaleCycle
from orders.presales.services.steps import held, move, settle_later
from orders.produce.models import Lot
from orders.produce.services.steps import held_lot
from stations.accounts.models import User

_P = PresaleCycle.Status


@refuses()
@transaction.atomic
def close_presale(*, presale: PresaleCycle, at: dt.datetime) -> PresaleCycle:
    """Close a presale whose time has come; where nobody has ordered anything, it has ended.

    One that is closed already, or not due yet, is left as it is.
    """
    presale = held(presale)
    if not PRESALE.allows("close_presale", presale.status) or at < presale.closes_at:
        return presale
    presale.closed_at = at
    if presale.ordered:
        move(presale, _P.CLOSED, at=at)
    else:
        presale.ended_at = presale.settled_at = at
        move(presale, _P.CANCELLED, at=at)
    return presale


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def cancel_presale(*, presale: PresaleCycle, reason: str, by: User, at: dt.datetime) -> PresaleCycle:
    """Call a presale off before its boxes are delivered: every buyer gets all of the money back, and is told.

    What was set aside for it is for sale again, also where the lot is stopped or called back. Refused: `wrong_state`.
    """
    presale = held(presale)
    PRESALE.check("cancel_presale", presale.status)
    if presale.lot is not None:
        _free(presale.lot)
    presale.closed_at, presale.ended_at, presale.settled_at = presale.closed_at or at, at, None
    move(presale, _P.CANCELLED, at=at, by=by, reason=reason)
    settle_later(presale, at=at)
    return presale


def _free(lot: Lot) -> None:
    lot = held_lot(lot)
    lot.set_aside_for = ""
    lot.save(update_fields=["set_aside_for", "updated_at"])
