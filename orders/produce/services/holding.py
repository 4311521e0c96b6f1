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
    stopped = [each for each in lots if each.status == _L.ON_HOLD or LOT.allows("hold_lot", each.status)]
    _stop(stopped, lots[0], _K.HOLD, _L.ON_HOLD, reason, by=by, at=at)
    return lots[0]


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def release_lot(*, lot: Lot, reason: str, by: User, at: dt.datetime) -> Lot:
    """Let a lot go on where it was, with all that its newest hold has stopped and no other hold stops."""
    lots = _family(lot)
    LOT.check("release_lot", lots[0].status)
    still_open = LotHold.objects.filter(lot__in=lots, kind=_K.HOLD, closed_at=None)
    root = still_open.filter(lot=lot).order_by("-pk").values_list("root", flat=True)[0]
    holds = lock_all(still_open.filter(root=root))
    LotHold.objects.filter(pk__in=[hold.pk for hold in holds]).update(closed_by=by, closed_at=at, updated_at=at)
    before, stay = {hold.lot_id: hold.status_before for hold in holds}, set(still_open.values_list("lot", flat=True))
    for each in lots:
        if each.status == _L.ON_HOLD and each.pk in before and each.pk not in stay:
            move(each, before[each.pk], at=at, by=by, reason=reason)
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
    """The lot and all that was made from it, held; the lot itself first, since the others are younger.

    Who holds one of them may be splitting it: until no new lot is found, it is looked once more.
    """
    held: list[Lot] = []
    while len(held) < len(below := lots_below(lot)):
        held = lock_all(Lot.objects.filter(pk__in=below).select_related("station__county", "crop"))
    return held


def _stop(lots: Sequence[Lot], root: Lot, kind: str, status: str, reason: str, *, by: User, at: dt.datetime) -> None:
    """What is on hold already goes on, once released, where it was before the first of its holds."""
    first = LotHold.objects.filter(lot__in=lots, kind=_K.HOLD, closed_at=None)
    before = dict(first.values_list("lot", "status_before"))
    LotHold.objects.bulk_create(
        [
            LotHold(
                lot=lot,
                root=root,
                kind=kind,
                reason=reason[:200],
                status_before=before.get(lot.pk, lot.status),
                opened_by=by,
                opened_at=at,
            )
            for lot in lots
        ]
    )
    for lot in lots:
        if lot.status != status:
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
