"""A farmer agrees to bear a share of a coupon of the own shop: by a code, or by a signature before a witness."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import atomic_but_tries, lock
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.history import record_change
from core.money import Money, share
from finance.payments.services import PhoneBelongsToStaff
from orders.produce.services.agreeing import FarmerHasNoPhone, SlipWitnessMissing
from orders.promotions.machine import PROMOTION
from orders.promotions.models import FARMER_AGREED, Promotion, PromotionBearer
from orders.promotions.queries import promotions
from orders.promotions.services.shares import PromotionOver, refuse_when_over
from orders.shops.models import Shop
from stations.accounts.models import User
from stations.accounts.queries import staff_phones
from stations.people.machine import standing_of
from stations.people.models import Person, PhoneCode
from stations.people.services.codes import send_coupon_code as send_phone_code
from stations.people.services.codes import use_code
from stations.two_persons import require_two_persons


class NoSuchCoupon(Refused):
    """No coupon of this shop that waits for the farmer has this code."""

    code = "no_such_coupon"
    status = 422
    message = _("No coupon of this shop waits for the word of the farmer under this code.")


@refuses(WrongState, SamePerson, PromotionOver, FarmerHasNoPhone, PhoneBelongsToStaff, *refused_by(send_phone_code))
@transaction.atomic
def send_coupon_code(*, promotion: Promotion, by: User, at: dt.datetime) -> Promotion:
    """Send the farmer of the shop a code, with the most that the farmer bears of it.

    Refused: `wrong_state`, `same_person`, `promotion_over`, `farmer_has_no_phone`, `phone_belongs_to_staff`,
    `too_many`.
    """
    promotion, shop = _held(promotion, "send_coupon_code", by=by, at=at)
    phone = str(shop.owner.phone or "")
    if not phone:
        raise FarmerHasNoPhone
    if phone in staff_phones(shop.station, at=at):
        raise PhoneBelongsToStaff
    send_phone_code(person=shop.owner, amount=most_of_farmer(promotion), about=_about(promotion), by=by, at=at)
    return promotion


@refuses(WrongState, SamePerson, PromotionOver, SlipWitnessMissing, *refused_by(use_code))
@atomic_but_tries
def agree_coupon(
    *, promotion: Promotion, by: User, at: dt.datetime, code: str = "", witness: Person | None = None
) -> Promotion:
    """Record that the farmer bears the share that the coupon says; a wrong code uses up a try.

    Refused: `wrong_state` (also where the farmer has agreed, or does not live any more), `same_person`,
    `promotion_over`, `slip_witness_missing`, `code_expired`, `code_locked`, `code_wrong`.
    """
    promotion, shop = _held(promotion, "agree_coupon", by=by, at=at)
    if code:
        use_code(person=shop.owner, purpose=PhoneCode.Purpose.COUPON, code=code, about=_about(promotion), at=at)
    elif witness is None:
        raise SlipWitnessMissing(field="witness_card")
    else:
        require_two_persons(witness, by.pk, shop.owner_id)
    promotion.agreed_at, promotion.agreed_by, promotion.agreed_witness = at, by, None if code else witness
    promotion.save(update_fields=["agreed_at", "agreed_by", "agreed_witness", "updated_at"])
    record_change(promotion, old=promotion.status, new=promotion.status, at=at, actor=by.pk, reason=FARMER_AGREED)
    return promotion


def most_of_farmer(promotion: Promotion) -> Money:
    """What of the budget the farmer bears, half-up: no more than this is ever taken off what the farmer gets."""
    bearer = promotion.bearers.filter(party=PromotionBearer.Party.SELLER).first()
    part = share(promotion.budget_minor, bearer.share_bp, rounding="half_up") if bearer else 0
    return Money(part, promotion.currency)


@refuses(WrongState, SamePerson, PromotionOver)
def _held(promotion: Promotion, verb: str, *, by: User, at: dt.datetime) -> tuple[Promotion, Shop]:
    lock(promotion)
    promotion = promotions().get(pk=promotion.pk)
    PROMOTION.check(verb, promotion.status)
    refuse_when_over(promotion, at=at)
    shop = promotion.shop
    if shop is None or promotion.agreed_at is not None:
        raise WrongState(state=promotion.get_status_display())
    if shop.owner.died_date:
        raise WrongState(state=standing_of(shop.owner).label)
    require_two_persons(by, shop.owner_id, promotion.prepared_by_id)
    return promotion, shop


def _about(promotion: Promotion) -> str:
    return f"coupon:{promotion.pk}"
