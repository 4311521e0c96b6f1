"""The boxes that the harvest gave are allotted to those who ordered them."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, WrongState, refused_by, refuses
from core.money import parts_of
from orders.presales.machine import PRESALE
from orders.presales.models import PresaleCycle, PresaleOrder
from orders.presales.services.steps import held, move, settle_later
from orders.produce.machine import LOT
from orders.produce.models import Lot
from orders.produce.services.lots import refuse_set_aside, split_off
from orders.produce.services.steps import held_lot
from stations.accounts.models import User


class LotUnfit(Refused):
    """Boxes are filled from a lot of the same crop, grade and county that is for sale."""

    code = "lot_unfit"
    message = _("This lot is of another crop or county, or it is not for sale.")


class MoreThanOrdered(Refused):
    """Nobody gets more than they ordered."""

    code = "more_than_ordered"
    status = 422
    message = _("At least one box is allotted, and at most the %(ordered)s that were ordered.")


def allotment(ordered: list[int], available: int) -> list[int]:
    """How many of so many boxes each order gets, the oldest first: all of it where there are enough.

    Otherwise floor(ordered x available / sum of ordered); what is left goes one by one to the largest fractions, ties
    to the older order: 73 boxes for 50, 30 and 20 are 36, 22 and 15.
    """
    return list(ordered) if available >= sum(ordered) else parts_of(available, ordered)


@refuses(WrongState, LotUnfit, MoreThanOrdered, *refused_by(refuse_set_aside, split_off))
@transaction.atomic
def allot_presale(*, presale: PresaleCycle, lot: Lot, boxes: int, by: User, at: dt.datetime) -> PresaleCycle:
    """Fill so many boxes from a lot and share them among the orders; a job refunds the rest and tells the buyers.

    The fruit becomes a lot of its own that nobody else can sell. Who gets fewer boxes than ordered may give all of
    them up within 24 hours. Refused: `wrong_state`, `lot_unfit`, `more_than_ordered`, `lot_too_small`,
    `lot_set_aside`.
    """
    presale = held(presale)
    PRESALE.check("allot_presale", presale.status)
    if not 0 < boxes <= presale.ordered:
        raise MoreThanOrdered(field="boxes", ordered=presale.ordered)
    presale.lot = _set_aside(presale, held_lot(lot), boxes, by=by, at=at)
    orders = list(presale.orders.filter(status=PresaleOrder.Status.PAID).order_by("pk"))
    for order, allotted in zip(orders, allotment([each.boxes for each in orders], boxes), strict=True):
        order.allotted = allotted
    PresaleOrder.objects.bulk_update(orders, ["allotted"], batch_size=1_000)
    presale.available, presale.allotted_at = boxes, at
    move(presale, PresaleCycle.Status.ALLOTTED, at=at, by=by)
    settle_later(presale, at=at)
    return presale


@refuses(LotUnfit, *refused_by(refuse_set_aside, split_off))
def _set_aside(presale: PresaleCycle, lot: Lot, boxes: int, *, by: User, at: dt.datetime) -> Lot:
    refuse_set_aside(lot)
    same = (presale.crop_id, presale.currency, presale.station.county_id)
    if (lot.crop_id, lot.currency, lot.station.county_id) != same or not LOT.allows("sell_lot", lot.status):
        raise LotUnfit(field="lot")
    grams = {presale.grade: boxes * presale.box_g}
    chosen = split_off(lot, grams, by=by, at=at, key=f"presale:{presale.pk}")
    chosen.set_aside_for = presale.number
    chosen.save(update_fields=["set_aside_for", "updated_at"])
    return chosen
