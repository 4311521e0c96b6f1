"""Money of a return that could not move: an event has said that it must, and somebody decides what is done."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction

from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.language.reasons import needs_words
from orders.returns.machine import RETURN
from orders.returns.models import Return
from orders.returns.services.closing import close_if_done
from orders.returns.services.losing import note_lost
from orders.returns.services.refunding import accepted_of, refund_goods
from orders.returns.services.replacing import settle_replacement
from orders.returns.services.steps import held, held_as_paid, lines_of, move
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_S = Return.Status


@transaction.atomic
def note_replacement_moved(*, goods_return: Return, at: dt.datetime) -> Return:
    """What replaces the goods was handed over, or never will be; where it cannot be settled, somebody is asked."""
    return _settle_or_ask(settle_replacement, goods_return, at=at)


@transaction.atomic
def note_parcel_lost(*, goods_return: Return, at: dt.datetime) -> Return:
    """The goods were lost on their way back; where that cannot be settled, somebody is asked."""
    return _settle_or_ask(note_lost, goods_return, at=at)


@refuses(WrongState, *refused_by(settle_replacement, note_lost, refund_goods))
@transaction.atomic
def settle_return(*, goods_return: Return, by: User, at: dt.datetime) -> Return:
    """Try again to settle what was refused. Refused: `wrong_state`, and what stood in the way before."""
    _order, found = held(goods_return)
    _refuse_unless_unsettled(found, "settle_return")
    if found.status == _S.INSPECTED:
        return _refund_accepted(found, by=by, at=at)
    return _settler(found)(goods_return=found, at=at)


@refuses(WrongState, SamePerson)
@needs_words("reason")
@transaction.atomic
def end_return_unpaid(*, goods_return: Return, reason: str, by: User, at: dt.datetime) -> Return:
    """End a return whose money cannot move, without any: the buyer has it already, from the bank or by hand.

    Another person than who took the goods in and than the buyer decides that. Refused: `wrong_state`, `same_person`.
    """
    order, found = held(goods_return)
    _refuse_unless_unsettled(found, "end_return_unpaid")
    require_two_persons(by, found.requested_by_id, order.villager_id)
    is_here = found.status in (_S.INSPECTED, _S.REPLACED)
    found.unsettled_at, found.unsettled_code, found.refunded_at = None, "", found.refunded_at or at
    found.decision_note = reason
    return move(found, _S.CLOSED if is_here else _S.LOST, at=at, by=by, reason=reason)


def _settle_or_ask(settle: Callable[..., Return], goods_return: Return, *, at: dt.datetime) -> Return:
    try:
        with transaction.atomic():
            return settle(goods_return=goods_return, at=at)
    except Refused as refusal:
        _order, found = held(goods_return)
        found.unsettled_at, found.unsettled_code = found.unsettled_at or at, refusal.code
        found.save(update_fields=["unsettled_at", "unsettled_code", "updated_at"])
        return found


@refuses(*refused_by(refund_goods))
def _refund_accepted(found: Return, *, by: User, at: dt.datetime) -> Return:
    order, found = held_as_paid(found, at=at)
    refund_goods(order, found, accepted_of(lines_of(found)), at=at)
    found.unsettled_at, found.unsettled_code = None, ""
    return close_if_done(move(found, _S.REFUNDED, at=at, by=by), at=at)


def _settler(found: Return) -> Callable[..., Return]:
    """What was sent again is settled, or the goods were lost on their way back: nothing else asks for money."""
    return settle_replacement if found.status == _S.REPLACED else note_lost


def _refuse_unless_unsettled(found: Return, verb: str) -> None:
    RETURN.check(verb, found.status)
    if found.unsettled_at is None:
        raise WrongState(state=str(found.get_status_display()))
