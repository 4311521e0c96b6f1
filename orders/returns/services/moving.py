"""The goods on their way back: brought to the station, sent with the next run, received at the county centre."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, WrongState, refused_by, refuses
from core.models import StoredFile
from orders.returns.machine import RETURN
from orders.returns.models import Return, ReturnLine
from orders.returns.services.refunding import refund_goods
from orders.returns.services.steps import held, lines_of, move
from stations.accounts.models import User
from stations.two_persons import is_same_person

_S = Return.Status


class PhotoNeeded(Refused):
    """Whoever pays for it wants to see what is wrong."""

    code = "photo_needed"
    status = 422
    message = _("Take a photo that shows what is wrong.")


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


@refuses(WrongState, PhotoNeeded, LinesIncomplete, *refused_by(refund_goods))
@transaction.atomic
def drop_return(*, goods_return: Return, seen: Sequence[Seen], by: User, at: dt.datetime) -> Return:
    """Take the goods in at the station, each article as it looks.

    Within the instant ceiling the money is owed at once, unless the buyer gave cause and something is not as new,
    wants the same again, or is the one who takes the goods in. Refused: `wrong_state`, `photo_needed`,
    `return_lines_incomplete`, and those of refunding.
    """
    order, found = held(goods_return)
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
    found = move(found, _S.DROPPED, at=at, by=by)
    is_refundable = found.is_instant and found.resolution == Return.Resolution.REFUND and _is_sound(found, lines)
    if is_refundable and not is_same_person(by, order.villager_id):
        refund_goods(order, found, {line: line.quantity for line in lines}, at=at)
        found.save()
    return found


@refuses(WrongState)
@transaction.atomic
def send_return(*, goods_return: Return, by: User, at: dt.datetime) -> Return:
    """The goods leave with the next run. Refused: `wrong_state`."""
    return _step(goods_return, "send_return", _S.IN_TRANSIT, by=by, at=at)


@refuses(WrongState)
@transaction.atomic
def receive_return(*, goods_return: Return, by: User, at: dt.datetime) -> Return:
    """The goods lie at the county centre. Refused: `wrong_state`."""
    return _step(goods_return, "receive_return", _S.RECEIVED, by=by, at=at)


def _is_sound(found: Return, lines: Sequence[ReturnLine]) -> bool:
    """Whether nothing has to be inspected before the money is given: who changed their mind brings goods as new."""
    is_as_new = all(line.condition == ReturnLine.Condition.AS_NEW for line in lines)
    return is_as_new or found.bearer != Return.Bearer.BUYER


def _step(goods_return: Return, verb: str, status: str, *, by: User, at: dt.datetime) -> Return:
    _order, found = held(goods_return)
    RETURN.check(verb, found.status)
    return move(found, status, at=at, by=by)
