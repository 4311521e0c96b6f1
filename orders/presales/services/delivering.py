"""The boxes come to the stations: farmers get their part of what was paid, and buyers collect."""

import datetime as dt

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.history import record_change
from core.money import Money
from finance import chart
from finance.payments.services import pass_on_funds
from ledger.services import MadeBy
from orders.presales.machine import PRESALE, PRESALE_ORDER
from orders.presales.models import PresaleCycle, PresaleOrder
from orders.presales.services.steps import decline_until, held, move, tell, tell_later
from orders.produce.models import Grade, Lot, ProduceBuyer
from orders.produce.services.lots import split_off
from orders.produce.services.selling import deliver_lot, dispatch_lot, sell_grams
from orders.produce.services.steps import held_lot
from stations.accounts.models import User
from stations.network.models import Station
from stations.two_persons import require_two_persons

_O = PresaleOrder.Status
#: The farmers' reserve stays for so many days after the boxes came to the stations.
CLAIM_DAYS = 7


class NotSettledYet(Refused):
    """First everybody's money follows what was allotted."""

    code = "presale_not_settled"
    message = _("The orders are still being settled. Try again in a few minutes.")


class DeclineDaysOpen(Refused):
    """Who got fewer boxes than ordered has 24 hours to give them up."""

    code = "decline_hours_open"
    message = _("Buyers who get fewer boxes can still give them up. The boxes leave after that.")


class NothingAllotted(Refused):
    """Everybody has given their boxes up."""

    code = "nothing_allotted"
    message = _("No buyer wants these boxes any more. Cancel the presale.")


@refuses(
    WrongState,
    NotSettledYet,
    DeclineDaysOpen,
    NothingAllotted,
    *refused_by(split_off, sell_grams, dispatch_lot, deliver_lot),
)
@transaction.atomic
def deliver_presale(*, presale: PresaleCycle, by: User, at: dt.datetime) -> PresaleCycle:
    """The boxes are at the stations: what was paid for them becomes everybody's part, and buyers are told to collect.

    customer_funds of each station -> the buyer of presales, from whom the lot is paid as every other. Boxes that were
    given up stay in a lot that is for sale. Refused: `wrong_state`, `presale_not_settled`, `decline_hours_open`,
    `nothing_allotted`, and those of delivering a lot.
    """
    presale = held(presale)
    PRESALE.check("deliver_presale", presale.status)
    until = decline_until(presale)
    if until is None:
        raise NotSettledYet
    if presale.is_cut and at < until:
        raise DeclineDaysOpen
    orders = presale.orders.filter(status=_O.ALLOTTED)
    boxes = orders.aggregate(sum=Sum("allotted"))["sum"] or 0
    if not boxes:
        raise NothingAllotted
    _sell(presale, boxes, by=by, at=at)
    _pay(presale, by=by, at=at)
    presale.ended_at = at
    move(presale, PresaleCycle.Status.DELIVERED, at=at, by=by)
    tell_later(presale, at=at)
    return presale


@refuses(WrongState, SamePerson)
@transaction.atomic
def hand_over_presale_order(*, order: PresaleOrder, by: User, at: dt.datetime) -> PresaleOrder:
    """The buyer has the boxes, and hears so by a message. Nobody hands boxes to themselves.

    Refused: `wrong_state` also while the presale is not delivered or its lot is stopped or called back, `same_person`.
    """
    presale = held(order.presale)
    PRESALE_ORDER.check("hand_over_presale_order", lock(order).status)
    if presale.status != PresaleCycle.Status.DELIVERED:
        raise WrongState(state=presale.get_status_display())
    lot = held_lot(present(presale.lot))
    if lot.status in Lot.STOPPED:
        raise WrongState(state=lot.get_status_display())
    order = PresaleOrder.objects.select_related("presale__crop", "villager", "station").get(pk=order.pk)
    require_two_persons(by, order.villager_id)
    order.status, order.handed_by, order.ended_at = _O.HANDED_OVER, by, at
    order.save()
    record_change(order, old=_O.ALLOTTED, new=order.status, at=at, actor=by.pk)
    tell(order, "presale_handed_over", at=at, boxes=str(order.allotted))
    return order


def _sell(presale: PresaleCycle, boxes: int, *, by: User, at: dt.datetime) -> None:
    """The boxes that buyers keep are sold and delivered; the rest of the lot is for sale again."""
    lot, grade = held_lot(present(presale.lot)), presale.grade
    grams = boxes * presale.box_g
    rest = _free_grams(lot, grade) - grams
    if rest:
        split_off(lot, {grade: rest}, by=by, at=at, key=f"presale-rest:{presale.pk}")
    sell_grams(
        held_lot(lot),
        grade,
        buyer_of(presale.station),
        grams=grams,
        price_minor=(presale.price_minor * 2_000 + presale.box_g) // (presale.box_g * 2),
        amount=presale.cost(boxes),
        by=by,
        at=at,
        key=f"presale:{presale.pk}",
    )
    dispatch_lot(lot=lot, by=by, at=at)
    deliver_lot(lot=lot, by=by, at=at)


def _free_grams(lot: Lot, grade: Grade) -> int:
    return lot.grades.get(grade=grade).free_g


def buyer_of(station: Station) -> ProduceBuyer:
    """Who stands for the residents that have paid beforehand, by country and currency; no clerk can sell to it."""
    country, currency = station.county.country, station.currency
    buyer, _new = ProduceBuyer.objects.get_or_create(
        code=f"presale-{country}-{currency}".lower(),
        defaults={
            "name": "预售居民",
            "country": country,
            "currency": currency,
            "language": "zh-hans",
            "claim_days": CLAIM_DAYS,
            "is_active": False,
        },
    )
    return buyer


def _pay(presale: PresaleCycle, *, by: User, at: dt.datetime) -> None:
    """customer_funds of every station at which somebody paid -> the buyer of presales."""
    country, currency = presale.station.county.country, presale.currency
    buyer = chart.open_one(chart.buyer(buyer_of(presale.station).code), country=country, currency=currency, at=at)
    pass_on_funds(
        parts=_by_station(presale),
        target=buyer,
        event_id=str(presale.pk),
        subject_ref=presale.number,
        made_by=MadeBy("person", by.pk),
        at=at,
    )


def _by_station(presale: PresaleCycle) -> list[tuple[Station, Money]]:
    """What is paid at each station for boxes that there are."""
    rows = presale.orders.filter(status=_O.ALLOTTED).order_by("station").values_list("station")
    boxes: dict[int, int] = dict(rows.annotate(sum=Sum("allotted")))
    stations = Station.objects.select_related("county").filter(pk__in=boxes).order_by("pk")
    return [(station, presale.cost(boxes[station.pk])) for station in stations]
