"""Boxes that are bad: the buyer says so with a photo, another person decides, and who gave cause pays."""

import datetime as dt

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in, instant_of
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.files.models import StoredFile
from core.history import record_change
from core.language.reasons import needs_words, no_identity_numbers
from finance.payments.models import Refund
from finance.payments.services import refund_payment
from ledger.services import MadeBy
from orders.presales.machine import PRESALE_CLAIM, PRESALE_ORDER
from orders.presales.models import PresaleClaim, PresaleCycle, PresaleOrder
from orders.presales.queries import presale_orders
from orders.presales.services.claim_money import (
    CarrierUnknown,
    carrier_pays,
    farmers_pay,
    owe_again,
    platform_pays,
    sale_of,
)
from orders.presales.services.recalling import refund_left_out
from orders.presales.services.steps import held, tell
from orders.produce.services.claims import begin_residents_claim, reject_claim
from orders.returns.services import PhotoNeeded
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_C, _B = PresaleClaim.Status, PresaleClaim.Bearer
#: Days after that of the hand-over in which the buyer may claim.
WITHIN_DAYS = 3


class BoxClaimWindowOver(Refused):
    """Fruit does not keep: what is bad is seen within days."""

    code = "box_claim_window_over"
    message = _("These boxes cannot be complained about now: only for %(days)s days after they were handed over.")


class BoxClaimedAlready(Refused):
    """What was said before is decided first."""

    code = "box_claimed_already"
    message = _("There is a complaint about this order that is not decided yet.")


class BoxClaimTooLarge(Refused):
    """No more boxes than the buyer got."""

    code = "box_claim_too_large"
    status = 422
    message = _("At most %(left)s boxes can be complained about.")


@refuses(
    WrongState,
    SamePerson,
    BoxClaimWindowOver,
    BoxClaimedAlready,
    BoxClaimTooLarge,
    PhotoNeeded,
    *refused_by(begin_residents_claim),
)
@no_identity_numbers("words")
@transaction.atomic
def raise_presale_claim(
    *,
    order: PresaleOrder,
    boxes: int,
    reason: str,
    words: str,
    photo: StoredFile | None,
    by: User,
    at: dt.datetime,
    key: str,
) -> PresaleClaim:
    """Write down that so many boxes of an order are bad, for a `PresaleClaim.Reason`; the farmers' reserve waits.

    Until the end of the third day after the hand-over. The same key again gives the claim that stands. Refused:
    `wrong_state`, `same_person` (one's own boxes), `box_claim_window_over`, `box_claimed_already`,
    `box_claim_too_large`, `photo_needed`.
    """
    presale, order = _held(order)
    own_key = f"{by.pk}:{key}"
    stands = PresaleClaim.objects.filter(key=own_key).first()
    if stands is not None:
        return stands
    PRESALE_ORDER.check("raise_presale_claim", order.status)
    if presale.recalled_at is not None or at >= claim_until(order):
        raise BoxClaimWindowOver(days=WITHIN_DAYS)
    require_two_persons(by, order.villager_id)
    if order.claims.filter(status=_C.RAISED).exists():
        raise BoxClaimedAlready
    if not 0 < boxes <= boxes_left(order):
        raise BoxClaimTooLarge(field="boxes", left=boxes_left(order))
    if photo is None:
        raise PhotoNeeded(field="photo")
    amount = presale.cost(boxes)
    reserved = begin_residents_claim(sale=sale_of(presale), amount=amount, reason=reason, by=by, at=at)
    claim = PresaleClaim.objects.create(
        key=own_key,
        order=order,
        boxes=boxes,
        amount_minor=amount.minor,
        currency=amount.currency,
        reason=reason,
        words=words,
        photo=photo,
        raised_by=by,
        raised_at=at,
        buyer_claim=reserved,
    )
    record_change(claim, old="", new=claim.status, at=at, actor=by.pk)
    return claim


@refuses(WrongState, SamePerson, CarrierUnknown, *refused_by(refund_payment, reject_claim, refund_left_out))
@transaction.atomic
def accept_presale_claim(*, order: PresaleOrder, bearer: str, by: User, at: dt.datetime) -> PresaleClaim:
    """Give the price of the bad boxes back; a `PresaleClaim.Bearer` pays. The buyer is told.

    Farmers bear at most their reserve of the sale, the platform the rest. Refused: `wrong_state`, `same_person` (who
    wrote it down, or the buyer), `carrier_unknown`.
    """
    presale, order, claim = _open_claim(order, "accept_presale_claim", by=by)
    event = str(claim.pk)
    if bearer == _B.FARMERS:
        farmers_pay(presale, claim.buyer_claim, claim.amount, event=event, by=by, at=at)
    else:
        _let_reserve_go(claim, str(_B(bearer).label), by=by, at=at)
        pays = carrier_pays if bearer == _B.CARRIER else platform_pays
        pays(presale, claim.amount, event=event, at=at)
    owe_again(presale, [(order.station, claim.amount)], event=event, made_by=MadeBy("person", by.pk), at=at)
    refund_payment(
        payment=order.payment, amount=claim.amount, reason=Refund.Reason.RETURN, at=at, key=f"presale-claim:{claim.pk}"
    )
    order.returned_minor += claim.amount_minor
    order.save(update_fields=["returned_minor", "updated_at"])
    claim.bearer = bearer
    _decide(claim, _C.ACCEPTED, by=by, at=at)
    tell(order, "presale_refunded", at=at, about=event, amount=claim.amount)
    refund_left_out(presale, order, by=by, at=at)
    return claim


@refuses(WrongState, SamePerson, *refused_by(refund_left_out))
@needs_words("reason")
@transaction.atomic
def refuse_presale_claim(*, order: PresaleOrder, reason: str, by: User, at: dt.datetime) -> PresaleClaim:
    """The buyer gets nothing for it, for a reason that the station tells. Refused: `wrong_state`, `same_person`.

    Boxes that were called back meanwhile are refunded all the same.
    """
    presale, order, claim = _open_claim(order, "refuse_presale_claim", by=by)
    _let_reserve_go(claim, reason, by=by, at=at)
    claim.decision_note = reason[:200]
    _decide(claim, _C.REFUSED, by=by, at=at, reason=reason)
    tell(order, "presale_claim_refused", at=at, about=str(claim.pk))
    refund_left_out(presale, order, by=by, at=at)
    return claim


def claim_until(order: PresaleOrder) -> dt.datetime:
    """When the days end in which boxes can be complained about; of an order that was handed over."""
    handed_over = order.ended_at or order.ordered_at
    day = day_in(order.station.zone, handed_over) + dt.timedelta(days=WITHIN_DAYS + 1)
    return instant_of(order.station.zone, day, dt.time())


def boxes_left(order: PresaleOrder) -> int:
    """How many boxes the buyer has got that nobody has said are bad, or that were found to be good."""
    counted = order.claims.exclude(status=_C.REFUSED).aggregate(sum=Sum("boxes"))["sum"] or 0
    return (order.allotted or 0) - counted


def _held(order: PresaleOrder) -> tuple[PresaleCycle, PresaleOrder]:
    presale = held(order.presale)
    lock(order)
    return presale, presale_orders().get(pk=order.pk)


@refuses(WrongState, SamePerson)
def _open_claim(order: PresaleOrder, verb: str, *, by: User) -> tuple[PresaleCycle, PresaleOrder, PresaleClaim]:
    presale, order = _held(order)
    PRESALE_ORDER.check(verb, order.status)
    claim = order.claims.select_related("buyer_claim__sale__lot").order_by("-pk").first()
    if claim is None:
        raise WrongState(state=order.get_status_display())
    PRESALE_CLAIM.check(verb, claim.status)
    require_two_persons(by, claim.raised_by_id, order.villager_id)
    return presale, order, claim


def _let_reserve_go(claim: PresaleClaim, decision: str, *, by: User, at: dt.datetime) -> None:
    """The farmers do not bear it: their reserve waits no more for this claim."""
    if claim.buyer_claim is not None:
        reject_claim(claim=claim.buyer_claim, decision=decision, by=by, at=at)


def _decide(claim: PresaleClaim, status: str, *, by: User, at: dt.datetime, reason: str = "") -> None:
    before, claim.status = claim.status, status
    claim.decided_by, claim.decided_at = by, at
    claim.save()
    record_change(claim, old=before, new=status, at=at, actor=by.pk, reason=reason[:200])
