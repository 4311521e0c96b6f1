"""The goods on their way back: brought to the station, sent with the next run, received at the county centre."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, WrongState, refused_by, refuses
from core.models import StoredFile
from orders.returns.machine import RETURN
from orders.returns.models import Return
from orders.returns.services.refunding import refund_goods
from orders.returns.services.steps import held, move
from stations.accounts.models import User

_S = Return.Status


class PhotoNeeded(Refused):
    """Whoever pays for it wants to see what is wrong."""

    code = "photo_needed"
    status = 422
    message = _("Take a photo that shows what is wrong.")


@refuses(WrongState, PhotoNeeded, *refused_by(refund_goods))
@transaction.atomic
def drop_return(
    *, goods_return: Return, condition: str, photo: StoredFile | None = None, by: User, at: dt.datetime
) -> Return:
    """Take the goods in at the station, in a `Return.Condition`.

    Within the instant ceiling the money is owed at once, unless the buyer gave cause and the goods are not as new.
    Refused: `wrong_state`, `photo_needed`, and those of refunding.
    """
    order, found = held(goods_return)
    RETURN.check("drop_return", found.status)
    if photo is None and found.reason in Return.NEEDS_PHOTO:
        raise PhotoNeeded(field="photo")
    found.condition, found.photo = condition, photo
    found = move(found, _S.DROPPED, at=at, by=by)
    is_sound = condition == Return.Condition.AS_NEW or found.bearer != Return.Bearer.BUYER
    if found.is_instant and is_sound:
        refund_goods(order, found, found.quantity, at=at)
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


def _step(goods_return: Return, verb: str, status: str, *, by: User, at: dt.datetime) -> Return:
    _order, found = held(goods_return)
    RETURN.check(verb, found.status)
    return move(found, status, at=at, by=by)
