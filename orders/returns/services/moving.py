"""The goods on their way back: brought to the station, and from there in a parcel to the county centre.

The parcel is scanned like any other; what its scans say moves the return, as the verbs here do for who has no van.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import present
from core.days import day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.models import StoredFile
from logistics.parcels.models import Parcel
from logistics.parcels.services import create_parcel_back, load_back, receive_return_leg
from orders.purchases.models import Order
from orders.returns.machine import RETURN
from orders.returns.models import Return, ReturnLine
from orders.returns.services.refunding import refund_goods
from orders.returns.services.steps import held, held_as_paid, lines_of, move
from stations.accounts.models import User
from stations.network.queries import centre_of
from stations.two_persons import is_same_person

_S = Return.Status


class PhotoNeeded(Refused):
    """Whoever pays for it wants to see what is wrong."""

    code = "photo_needed"
    status = 422
    message = _("Take a photo that shows what is wrong.")


class BroughtTooLate(Refused):
    """The days to bring the goods are over."""

    code = "brought_too_late"
    message = _("These goods were to be brought by %(day)s. Record a new return, if its days are not over.")


class LinesIncomplete(Refused):
    """Of each article that comes back it is said once how it is."""

    code = "return_lines_incomplete"
    status = 422
    message = _("Say of each article of this return how it is, once.")


@dataclass(frozen=True, slots=True)
class Seen:
    """How a line of a return looks, in a `ReturnLine.Condition`."""

    line: UUID
    condition: str
    photo: StoredFile | None = None


@refuses(WrongState, BroughtTooLate, PhotoNeeded, LinesIncomplete, *refused_by(refund_goods))
@transaction.atomic
def drop_return(*, goods_return: Return, seen: Sequence[Seen], by: User, at: dt.datetime) -> Return:
    """Take the goods in at the station, each article as it looks; they are a parcel from now on.

    Within the instant ceiling the money is owed at once, unless the buyer gave cause and something is not as new,
    wants the same again, or is the one who takes the goods in. Refused: `wrong_state`, `brought_too_late`,
    `photo_needed`, `return_lines_incomplete`, and those of refunding.
    """
    order, found = held_as_paid(goods_return, at=at)
    _refuse_late(found, at=at)
    RETURN.check("drop_return", found.status)
    lines = lines_of(found)
    looks = {each.line: each for each in seen}
    if len(looks) < len(seen) or set(looks) != {line.pk for line in lines}:
        raise LinesIncomplete(field="lines")
    for line in lines:
        look = looks[line.pk]
        if look.photo is None and found.needs_photo:
            raise PhotoNeeded(field="photo")
        line.condition, line.photo = look.condition, look.photo
    ReturnLine.objects.bulk_update(lines, ["condition", "photo"])
    _pack(order, found, lines, by=by, at=at)
    found = move(found, _S.DROPPED, at=at, by=by)
    is_refundable = found.is_instant and found.resolution == Return.Resolution.REFUND and _is_sound(found, lines)
    if is_refundable and not is_same_person(by, order.villager_id):
        refund_goods(order, found, {line: line.quantity for line in lines}, at=at)
        found.save()
    return found


@refuses(WrongState, *refused_by(load_back))
@transaction.atomic
def send_return(*, goods_return: Return, by: User, at: dt.datetime) -> Return:
    """The goods leave with somebody who scans nothing. Refused: `wrong_state`."""
    _order, found = held(goods_return)
    RETURN.check("send_return", found.status)
    load_back(parcel=_parcel(found), by=by, at=at)
    return move(found, _S.IN_TRANSIT, at=at, by=by)


@refuses(WrongState, *refused_by(receive_return_leg))
@transaction.atomic
def receive_return(*, goods_return: Return, by: User, at: dt.datetime) -> Return:
    """The goods lie at the county centre, and their parcel has ended. Refused: `wrong_state`."""
    _order, found = held(goods_return)
    RETURN.check("receive_return", found.status)
    receive_return_leg(parcel=_parcel(found), by=by, at=at)
    return move(found, _S.RECEIVED, at=at, by=by)


@transaction.atomic
def note_left(*, goods_return: Return, at: dt.datetime) -> Return:
    """A van has taken the goods along. Said again, or after they arrived, it changes nothing."""
    _order, found = held(goods_return)
    if not RETURN.allows("send_return", found.status):
        return found
    return move(found, _S.IN_TRANSIT, at=at)


@transaction.atomic
def note_received(*, goods_return: Return, at: dt.datetime) -> Return:
    """The parcel was scanned where its goods came from. Said again it changes nothing."""
    _order, found = held(goods_return)
    if not RETURN.allows("receive_return", found.status):
        return found
    return move(found, _S.RECEIVED, at=at)


def _refuse_late(found: Return, *, at: dt.datetime) -> None:
    until = found.bring_until_date
    is_awaited = found.status in (_S.APPROVED, _S.EXPIRED)
    if is_awaited and until is not None and day_in(found.station.zone, at) > until:
        raise BroughtTooLate(day=until)


def _pack(order: Order, found: Return, lines: Sequence[ReturnLine], *, by: User, at: dt.datetime) -> None:
    """A parcel to the county centre, or where there is none to the warehouse of the first article."""
    goal = centre_of(found.station.county_id) or lines[0].part.fulfilment.warehouse.station
    parcel = create_parcel_back(
        goal=goal,
        lies_at=found.station,
        contents_ref=found.pk,
        sender=order.villager,
        sender_name=order.buyer_name,
        sender_phone=order.buyer_phone,
        currency=found.currency,
        by=by,
        at=at,
        key=f"return:{found.pk}",
    )
    found.parcel, found.parcel_number = parcel.pk, parcel.number


def _parcel(found: Return) -> Parcel:
    return Parcel.objects.get(pk=present(found.parcel))


def _is_sound(found: Return, lines: Sequence[ReturnLine]) -> bool:
    """Whether nothing has to be inspected before the money is given: who changed their mind brings goods as new."""
    is_as_new = all(line.condition == ReturnLine.Condition.AS_NEW for line in lines)
    return is_as_new or found.bearer != Return.Bearer.BUYER
