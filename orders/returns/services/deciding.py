"""Above the instant ceiling the county decides; until the goods are dropped the buyer may think again.

Who does not bring them in the days that were given has thought again: nobody's earnings wait for ever.
"""

import datetime as dt

from django.db import transaction

from core.database.db import present
from core.days import day_in
from core.errors import SamePerson, WrongState, refuses
from core.language.reasons import needs_words
from orders.purchases.services.steps import tell_buyer
from orders.returns.machine import RETURN
from orders.returns.models import Return, ReturnPolicy
from orders.returns.queries import policy_of
from orders.returns.services.steps import free_all, held, move, wait_for_goods
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_S = Return.Status


@refuses(WrongState, SamePerson)
@transaction.atomic
def approve_return(*, goods_return: Return, by: User, at: dt.datetime) -> Return:
    """The goods may be brought to the station until a day that the buyer hears.

    Refused: `wrong_state`, `same_person` (the buyer).
    """
    order, found = held(goods_return)
    RETURN.check("approve_return", found.status)
    require_two_persons(by, order.villager_id)
    found.decided_by = by
    wait_for_goods(found, days=(policy_of(order) or ReturnPolicy()).bring_days, at=at)
    found = move(found, _S.APPROVED, at=at, by=by)
    told = {"number": found.number[-5:], "until": present(found.bring_until_date).isoformat()}
    tell_buyer(order, "return_approved", told, at=at, turn=str(found.pk))
    return found


@refuses(WrongState)
@needs_words("reason")
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


@transaction.atomic
def expire_return(*, goods_return: Return, at: dt.datetime) -> Return:
    """The days to bring the goods are over: the buyer keeps them, and hears it. Any other return stays as it is."""
    order, found = held(goods_return)
    is_over = found.bring_until_date is not None and day_in(found.station.zone, at) > found.bring_until_date
    if not is_over or not RETURN.allows("expire_return", found.status):
        return found
    free_all(found)
    found = move(found, _S.EXPIRED, at=at)
    tell_buyer(order, "return_expired", {"number": found.number[-5:]}, at=at, turn=str(found.pk))
    return found
