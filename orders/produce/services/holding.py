"""Lots that are stopped: a hold until it is known what is wrong, a recall of everything that came from a lot."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from core.database.db import lock_all
from core.errors import WrongState, refuses
from core.events.services import publish
from core.language.reasons import needs_words
from core.notices.services import notify
from orders.produce.machine import LOT
from orders.produce.models import Lot, LotHold
from orders.produce.queries import farmers_above, lots_below, sales_below
from orders.produce.services.harvests import names_of
from orders.produce.services.steps import move, tell_farmer
from stations.accounts.models import User

_L, _K = Lot.Status, LotHold.Kind


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def hold_lot(*, lot: Lot, reason: str, by: User, at: dt.datetime) -> Lot:
    """Stop a lot and all that was made from it, in one transaction, until it is released."""
    lots = _family(lot)
    LOT.check("hold_lot", lots[0].status)
    stopped = [each for each in lots if LOT.allows("hold_lot", each.status)]
    _stop(stopped, lots[0], _K.HOLD, _L.ON_HOLD, reason, by=by, at=at)
    return lots[0]


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def release_lot(*, lot: Lot, reason: str, by: User, at: dt.datetime) -> Lot:
    """Let a lot go on where it was, with all that this hold has stopped."""
    lots = _family(lot)
    LOT.check("release_lot", lots[0].status)
    own = LotHold.objects.get(lot=lot, kind=_K.HOLD, closed_at=None)
    holds = lock_all(LotHold.objects.filter(root=own.root_id, lot__in=lots, kind=_K.HOLD, closed_at=None))
    known = {each.pk: each for each in lots}
    for hold in holds:
        hold.closed_by, hold.closed_at = by, at
        hold.save(update_fields=["closed_by", "closed_at", "updated_at"])
        if known[hold.lot_id].status == _L.ON_HOLD:
            move(known[hold.lot_id], hold.status_before, at=at, by=by, reason=reason)
    return lots[0]


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def recall_lot(*, lot: Lot, reason: str, by: User, at: dt.datetime) -> Lot:
    """Call a lot back with all that was made from it; buyers of any of them and the farmers behind it are told."""
    lots = _family(lot)
    LOT.check("recall_lot", lots[0].status)
    stopped = [each for each in lots if LOT.allows("recall_lot", each.status)]
    _stop(stopped, lots[0], _K.RECALL, _L.RECALLED, reason, by=by, at=at)
    _tell(lots[0], reason, at=at)
    publish(
        "orders.lot_recalled", at=at, lot=str(lot.pk), station=lots[0].station_id, lots=[str(each.pk) for each in lots]
    )
    return lots[0]


def _family(lot: Lot) -> list[Lot]:
    """The lot and all that was made from it, held; the lot itself first, since the others are younger."""
    rows = Lot.objects.filter(pk__in=lots_below(lot)).select_related("station__county", "crop")
    return lock_all(rows)


def _stop(lots: Sequence[Lot], root: Lot, kind: str, status: str, reason: str, *, by: User, at: dt.datetime) -> None:
    LotHold.objects.bulk_create(
        [
            LotHold(
                lot=lot,
                root=root,
                kind=kind,
                reason=reason[:200],
                status_before=lot.status,
                opened_by=by,
                opened_at=at,
            )
            for lot in lots
        ]
    )
    for lot in lots:
        move(lot, status, at=at, by=by, reason=reason)


def _tell(lot: Lot, reason: str, *, at: dt.datetime) -> None:
    """One message to each farmer, and one to each buyer with the number of the lot that was sold to them."""
    for farmer in farmers_above(lot):
        tell_farmer(farmer, lot.station, "produce_recalled", {"crop": names_of(lot.crop)}, about=lot.pk, at=at)
    told = set()
    for sale in sales_below(lot):
        if sale.buyer.phone and (sale.buyer_id, sale.lot_id) not in told:
            told.add((sale.buyer_id, sale.lot_id))
            notify(
                template="lot_recalled",
                params={"lot": sale.lot.code, "crop": names_of(lot.crop), "reason": reason},
                language=sale.buyer.language,
                phone=str(sale.buyer.phone),
                dedupe_key=f"lot_recalled:{sale.lot_id}:{sale.buyer_id}",
                at=at,
            )
