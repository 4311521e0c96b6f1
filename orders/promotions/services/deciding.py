"""Another person decides on a promotion; one that runs can be ended before its last day."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words
from orders.promotions.machine import PROMOTION
from orders.promotions.models import Promotion, PromotionBearer
from orders.promotions.queries import farmer_of, recorders_of
from orders.promotions.services.shares import PromotionOver, refuse_when_over
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_S, _P = Promotion.Status, PromotionBearer.Party


class FarmerHasNotAgreed(Refused):
    """A farmer bears nothing without a word."""

    code = "farmer_has_not_agreed"
    message = _("The farmer of this shop has not agreed yet. The partner asks on the page of the shop.")


class ShareNotAgreed(Refused):
    """Nobody bears what they have not agreed to."""

    code = "promotion_share_not_agreed"
    message = _("The county or the supplier has not agreed to its share yet.")


@refuses(WrongState, SamePerson, PromotionOver, FarmerHasNotAgreed, ShareNotAgreed)
@transaction.atomic
def approve_promotion(*, promotion: Promotion, by: User, at: dt.datetime) -> Promotion:
    """Orders get it from its first day on, once all who bear it have agreed; by none of those who recorded that.

    Refused: `wrong_state`, `same_person`, `promotion_over`, `farmer_has_not_agreed`, `promotion_share_not_agreed`.
    """
    promotion = lock(promotion)
    PROMOTION.check("approve_promotion", promotion.status)
    refuse_when_over(promotion, at=at)
    if promotion.shop_id and promotion.agreed_at is None:
        raise FarmerHasNotAgreed
    if promotion.bearers.exclude(party__in=[_P.PLATFORM, _P.SELLER]).filter(agreement=None).exists():
        raise ShareNotAgreed
    require_two_persons(by, *recorders_of(promotion))
    return _decide(promotion, "approve_promotion", _S.APPROVED, by=by, at=at)


@refuses(WrongState, SamePerson)
@needs_words("reason")
@transaction.atomic
def reject_promotion(*, promotion: Promotion, reason: str, by: User, at: dt.datetime) -> Promotion:
    """Nobody gets it. Refused: `wrong_state`, `same_person`."""
    return _decide(promotion, "reject_promotion", _S.REJECTED, by=by, at=at, reason=reason)


@refuses(WrongState, PromotionOver)
@needs_words("reason")
@transaction.atomic
def end_promotion(*, promotion: Promotion, reason: str, by: User, at: dt.datetime) -> Promotion:
    """No order that is begun from now on gets it; those that were begun keep it.

    Refused: `wrong_state`, `promotion_over`.
    """
    promotion = lock(promotion)
    PROMOTION.check("end_promotion", promotion.status)
    refuse_when_over(promotion, at=at)
    promotion.ended_at = at
    return _move(promotion, _S.ENDED, by=by, at=at, reason=reason)


def _decide(promotion: Promotion, verb: str, status: str, *, by: User, at: dt.datetime, reason: str = "") -> Promotion:
    promotion = lock(promotion)
    PROMOTION.check(verb, promotion.status)
    require_two_persons(by, promotion.prepared_by_id, promotion.agreed_by_id, farmer_of(promotion))
    promotion.decided_by, promotion.decided_at = by, at
    return _move(promotion, status, by=by, at=at, reason=reason)


def _move(promotion: Promotion, status: str, *, by: User, at: dt.datetime, reason: str) -> Promotion:
    before, promotion.status = promotion.status, status
    promotion.save(update_fields=["status", "decided_by", "decided_at", "ended_at", "updated_at"])
    record_change(promotion, old=before, new=status, at=at, actor=by.pk, reason=reason[:200])
    return promotion
