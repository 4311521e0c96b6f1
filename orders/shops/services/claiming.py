"""Goods that arrived bad: the buyer claims, the station or the county decides, another person looks again."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.files.models import StoredFile
from core.history import record_change, record_changes
from core.language.reasons import needs_words, no_identity_numbers
from core.money import Money
from finance.payments.services import was_taken_back
from finance.settlement.services import hold_lines, release_lines
from orders.produce.services.steps import tell_farmer
from orders.returns.services import PhotoNeeded
from orders.shops.machine import SHOP_CLAIM
from orders.shops.models import ShopCheckout, ShopClaim, ShopClaimPhoto, ShopOrder
from orders.shops.queries import has_a_part_in, is_of_their_own
from orders.shops.services.claim_money import give_back
from orders.shops.services.packing import PaymentTakenBack
from orders.shops.services.steps import (
    address_of,
    day_after,
    held_order,
    tell_buyer,
    tell_county_of_claim,
    tell_of_claim,
)
from stations.accounts.models import User

_S, _B = ShopClaim.Status, ShopClaim.Bearer
PHOTOS_AT_MOST = 3
MOST = 200
#: After so long without a decision the county's managers hear of a claim.
DECIDED_WITHIN = (dt.timedelta(days=3), dt.timedelta(days=7))
#: So much later they still hear of it, where the job did not run; older ones take nobody's place.
HEAR_LATE = dt.timedelta(days=2)


class ClaimWindowOver(Refused):
    """Only for some days after the goods have arrived."""

    code = "claim_window_over"
    message = _("This order cannot be complained about now: only after it has arrived, and for some days.")


class ClaimedAlready(Refused):
    """One order, one claim; a refused one can be looked at again."""

    code = "claimed_already"
    message = _("You have already complained about this order. Its page shows the answer.")


class ClaimTooMuch(Refused):
    """No more than the goods have cost."""

    code = "claim_too_much"
    status = 422
    message = _("At most %(most)s can be refunded for these goods.")


class ClaimAboveCeiling(Refused):
    """The station decides alone on small amounts only."""

    code = "claim_above_ceiling"
    message = _("The station alone refunds up to %(most)s. The county decides on this one.")


@refuses(ClaimWindowOver, ClaimedAlready, ClaimTooMuch, PhotoNeeded, PaymentTakenBack)
@no_identity_numbers("words")
@transaction.atomic
def raise_claim(
    *, order: ShopOrder, reason: str, words: str, amount: Money, photos: Sequence[StoredFile], at: dt.datetime, key: str
) -> ShopClaim:
    """The buyer asks money back for goods that arrived bad, with one to three photos, until `claim_until_at`.

    What the order has earned for anybody waits from now on, and the station hears of it. Nobody is signed in: the
    address of the buyer's page is the proof. The same key again answers as before. Refused: `claim_window_over`,
    `claimed_already`, `claim_too_much` (more than was paid for the goods), `photo_needed`, `payment_taken_back`.
    """
    order = held_order(order)
    known = ShopClaim.objects.filter(order=order).first()
    if known is not None and known.key == key:
        return known
    if known is not None:
        raise ClaimedAlready
    refuse_claim_now(order=order, at=at)
    if not 0 < amount.minor <= order.paid_goods.minor:
        raise ClaimTooMuch(field="amount", most=order.paid_goods.display())
    if not photos:
        raise PhotoNeeded(field="photo")
    claim = ShopClaim.objects.create(
        key=key,
        order=order,
        reason=reason,
        words=words,
        asked_minor=amount.minor,
        currency=order.currency,
        raised_at=at,
    )
    ShopClaimPhoto.objects.bulk_create(ShopClaimPhoto(claim=claim, file=each) for each in photos[:PHOTOS_AT_MOST])
    record_change(claim, old="", new=claim.status, at=at)
    hold_lines(event_id=str(order.pk), reason="claim of the buyer", at=at)
    tell_of_claim(order, claim, at=at)
    return claim


@refuses(ClaimWindowOver, PaymentTakenBack)
def refuse_claim_now(*, order: ShopOrder, at: dt.datetime) -> None:
    """Refuse before photos are stored what `raise_claim` would refuse afterwards."""
    until = order.claim_until_at
    if order.status != ShopOrder.Status.DELIVERED or until is None or at >= until:
        raise ClaimWindowOver
    _refuse_taken_back(order)


@refuses(WrongState, SamePerson, ClaimAboveCeiling, PaymentTakenBack, *refused_by(give_back))
@transaction.atomic
def concede_claim(*, order: ShopOrder, by: User, at: dt.datetime) -> ShopClaim:
    """The station gives in to a small claim at once: all that was asked, borne by the farmer's side.

    Up to `instant_claim_minor`, as it was when the order was made; never the farmer, nor a buyer who gave the phone of
    who decides. Refused: `wrong_state`, `same_person`, `claim_above_ceiling`, `payment_taken_back`.
    """
    order, claim = _held(order, "concede_claim")
    if is_of_their_own(order, by):
        raise SamePerson
    if claim.asked_minor > order.instant_claim_minor:
        raise ClaimAboveCeiling(most=Money(order.instant_claim_minor, order.currency).display())
    return _accept(order, claim, claim.asked, _B.SELLER, by=by, at=at)


@refuses(WrongState, SamePerson, ClaimTooMuch, PaymentTakenBack, *refused_by(give_back))
@transaction.atomic
def accept_claim(*, order: ShopOrder, amount: Money, bearer: str, by: User, at: dt.datetime) -> ShopClaim:
    """The county gives the money of goods back, all that was asked or less; `bearer` is who caused it.

    Another person than the farmer, the buyer (by the phone) and those who prepared the shop; after a refusal also
    another than who refused. Refused: `wrong_state`, `same_person`, `claim_too_much`, `payment_taken_back`.
    """
    order, claim = _held(order, "accept_claim")
    _require_another(order, claim, by)
    if not 0 < amount.minor <= claim.asked_minor:
        raise ClaimTooMuch(field="amount", most=claim.asked.display())
    return _accept(order, claim, amount, bearer, by=by, at=at)


@refuses(WrongState, SamePerson)
@needs_words("reason")
@transaction.atomic
def refuse_claim(*, order: ShopOrder, reason: str, by: User, at: dt.datetime) -> ShopClaim:
    """The county refuses for a reason that the buyer reads; the buyer may ask once to have it looked at again.

    What was looked at again is refused for good, by another person, and what the order earned is paid on. Refused:
    `wrong_state`, `same_person`.
    """
    order, claim = _held(order, "refuse_claim")
    _require_another(order, claim, by)
    if claim.status == _S.APPEALED:
        claim.appeal_decided_by, claim.appeal_note = by, reason
        _move(claim, _S.REJECTED, at=at, by=by, reason=reason)
        release_lines(event_id=str(order.pk), at=at)
        _tell_refused(order, at=at, template="shop_claim_rejected")
        return claim
    claim.decided_by, claim.decided_at, claim.decision_note = by, at, reason
    claim.appeal_until_at = day_after(order.shop.station, order.claim_days, at=at)
    _move(claim, _S.REFUSED, at=at, by=by, reason=reason)
    _tell_refused(order, at=at, template="shop_claim_refused")
    return claim


@refuses(WrongState, ClaimWindowOver)
@needs_words("words")
@transaction.atomic
def appeal_claim(*, order: ShopOrder, words: str, at: dt.datetime) -> ShopClaim:
    """The buyer asks, once, that another person looks at a refused claim.

    Refused: `wrong_state`, `claim_window_over`.
    """
    order, claim = _held(order, "appeal_claim")
    if claim.appeal_until_at is None or at >= claim.appeal_until_at:
        raise ClaimWindowOver
    claim.appeal_words, claim.appealed_at = words, at
    _move(claim, _S.APPEALED, at=at)
    tell_of_claim(order, claim, at=at)
    return claim


@transaction.atomic
def end_refused_claims(*, at: dt.datetime) -> list[ShopClaim]:
    """Refuse for good what nobody has asked to look at again in time; what the order earned is paid on."""
    due = ShopClaim.objects.filter(status=_S.REFUSED, appeal_until_at__lte=at)
    claims = lock_all(due.filter(pk__in=due.order_by("pk").values("pk")[:MOST]))
    ShopClaim.objects.filter(pk__in=[claim.pk for claim in claims]).update(status=_S.REJECTED, updated_at=at)
    record_changes(claims, old=_S.REFUSED, new=_S.REJECTED, at=at)
    for claim in claims:
        release_lines(event_id=str(claim.order_id), at=at)
    return claims


def end_claims_of_reversed(orders: Sequence[ShopOrder], *, at: dt.datetime) -> list[ShopClaim]:
    """The payer's bank has taken the money of these orders back, so it is with the buyer: nobody decides any more.

    What the orders earned is paid on. The caller holds the orders.
    """
    claims = lock_all(ShopClaim.objects.filter(order__in=orders, status__in=ShopClaim.OPEN))
    for claim in claims:
        _move(claim, _S.OVERTAKEN, at=at, reason="payment taken back")
        release_lines(event_id=str(claim.order_id), at=at)
    return claims


@transaction.atomic
def remind_of_claims(*, at: dt.datetime) -> list[ShopClaim]:
    """Tell the county's managers, and after a week once more, of claims that nobody has decided; which are due."""
    since = Coalesce("appealed_at", "raised_at")
    now_due = Q()
    for after in DECIDED_WITHIN:
        now_due |= Q(since__lte=at - after, since__gt=at - after - HEAR_LATE)
    due = ShopClaim.objects.filter(status__in=ShopClaim.TO_DECIDE).annotate(since=since).filter(now_due)
    claims = list(due.select_related("order__shop__station").order_by("pk"))
    for claim in claims:
        tell_county_of_claim(claim, turn=sum(claim.since <= at - after for after in DECIDED_WITHIN), at=at)
    return claims


@refuses(WrongState)
def _held(order: ShopOrder, verb: str) -> tuple[ShopOrder, ShopClaim]:
    order = held_order(order)
    claim = ShopClaim.objects.filter(order=order).first()
    if claim is None:
        raise WrongState
    claim = lock(claim)
    SHOP_CLAIM.check(verb, claim.status)
    return order, claim


@refuses(PaymentTakenBack, *refused_by(give_back))
def _accept(order: ShopOrder, claim: ShopClaim, amount: Money, bearer: str, *, by: User, at: dt.datetime) -> ShopClaim:
    _refuse_taken_back(order)
    if claim.status == _S.APPEALED:
        claim.appeal_decided_by = by
    else:
        claim.decided_by, claim.decided_at = by, at
    claim.accepted_minor, claim.bearer = amount.minor, bearer
    claim.freight_minor = order.freight_minor if amount == order.paid_goods else 0
    farmers = give_back(order, claim, at=at)
    _move(claim, _S.ACCEPTED, at=at, by=by)
    release_lines(event_id=str(order.pk), at=at)
    number = order.number[-7:]
    about = {"number": number, "amount": claim.given_back}
    tell_buyer(order.checkout, "shop_claim_accepted", about, about=order.pk, at=at)
    owner = order.shop.owner
    if farmers:
        told = {"number": number, "amount": farmers.display(owner.language)}
        tell_farmer(owner, order.shop.station, "shop_claim_deducted", told, about=order.pk, at=at)
    return claim


@refuses(SamePerson)
def _require_another(order: ShopOrder, claim: ShopClaim, by: User) -> None:
    if has_a_part_in(order, claim, by):
        raise SamePerson


@refuses(PaymentTakenBack)
def _refuse_taken_back(order: ShopOrder) -> None:
    payment = order.checkout.payment
    is_over = order.checkout.status == ShopCheckout.Status.REVERSED
    if is_over or (payment is not None and was_taken_back(payment)):
        raise PaymentTakenBack


def _move(claim: ShopClaim, status: str, *, at: dt.datetime, by: User | None = None, reason: str = "") -> None:
    before, claim.status = claim.status, status
    claim.save()
    record_change(claim, old=before, new=status, at=at, actor=by.pk if by else None, reason=reason)


def _tell_refused(order: ShopOrder, *, at: dt.datetime, template: str) -> None:
    about = {"number": order.number[-7:], "link": address_of(order.checkout)}
    tell_buyer(order.checkout, template, about, about=order.pk, at=at)
