"""Above the instant ceiling the county decides; until the goods are dropped the buyer may think again."""

import datetime as dt

from django.db import transaction

from core.errors import SamePerson, WrongState, refuses
from core.language.reasons import no_identity_numbers
from orders.returns.machine import RETURN
from orders.returns.models import Return
from orders.returns.services.steps import free_all, held, move
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_S = Return.Status


@refuses(WrongState, SamePerson)
@transaction.atomic
def approve_return(*, goods_return: Return, by: User, at: dt.datetime) -> Return:
    """The goods may be brought to the station. Refused: `wrong_state`, `same_person` (the buyer)."""
    order, found = held(goods_return)
    RETURN.check("approve_return", found.status)
    require_two_persons(by, order.villager_id)
    found.decided_by = by
    return move(found, _S.APPROVED, at=at, by=by)


@refuses(WrongState)
@no_identity_numbers("reason")
@transaction.atomic
def reject_return(*, goods_return: Return, reason: str, by: User, at: dt.datetime) -> Return:
    """The buyer keeps the goods. Refused: `wrong_state`."""
    _order, found = held(goods_return)
    RETURN.check("reject_return", found.status)
    found.decided_by, found.decision_note = by, reason
    free_all(found)
    return move(found, _S.REJECTED, at=at, by=by, reason=reason)


@refuses(WrongState)
@transaction.atomic
def cancel_return(*, goods_return: Return, by: User, at: dt.datetime) -> Return:
    """The buyer keeps the goods after all. Refused: `wrong_state`."""
    _order, found = held(goods_return)
    RETURN.check("cancel_return", found.status)
    free_all(found)
    return move(found, _S.CANCELLED, at=at, by=by)
