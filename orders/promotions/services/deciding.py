"""Another person decides on a promotion; one that runs can be ended before its last day."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words
from orders.promotions.machine import PROMOTION
from orders.promotions.models import Promotion
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_S = Promotion.Status


class FarmerHasNotAgreed(Refused):
    """A farmer bears nothing without a word."""

    code = "farmer_has_not_agreed"
    message = _("The farmer of this shop has not agreed yet. The partner asks on the page of the shop.")


@refuses(WrongState, SamePerson, FarmerHasNotAgreed)
@transaction.atomic
def approve_promotion(*, promotion: Promotion, by: User, at: dt.datetime) -> Promotion:
    """Orders get it from its first day on. Refused: `wrong_state`, `same_person`, `farmer_has_not_agreed`."""
    promotion = lock(promotion)
    if promotion.shop_id and promotion.agreed_at is None and promotion.status == _S.PREPARED:
        raise FarmerHasNotAgreed
    return _decide(promotion, "approve_promotion", _S.APPROVED, by=by, at=at)


@refuses(WrongState, SamePerson)
@needs_words("reason")
@transaction.atomic
def reject_promotion(*, promotion: Promotion, reason: str, by: User, at: dt.datetime) -> Promotion:
    """Nobody gets it. Refused: `wrong_state`, `same_person`."""
    return _decide(promotion, "reject_promotion", _S.REJECTED, by=by, at=at, reason=reason)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def end_promotion(*, promotion: Promotion, reason: str, by: User, at: dt.datetime) -> Promotion:
    """No order that is begun from now on gets it; those that were begun keep it. Refused: `wrong_state`."""
    promotion = lock(promotion)
    PROMOTION.check("end_promotion", promotion.status)
    promotion.ended_at = at
    return _move(promotion, _S.ENDED, by=by, at=at, reason=reason)


def _decide(promotion: Promotion, verb: str, status: str, *, by: User, at: dt.datetime, reason: str = "") -> Promotion:
    promotion = lock(promotion)
    PROMOTION.check(verb, promotion.status)
    require_two_persons(by, promotion.prepared_by_id)
    promotion.decided_by, promotion.decided_at = by, at
    return _move(promotion, status, by=by, at=at, reason=reason)


def _move(promotion: Promotion, status: str, *, by: User, at: dt.datetime, reason: str) -> Promotion:
    before, promotion.status = promotion.status, status
    promotion.save(update_fields=["status", "decided_by", "decided_at", "ended_at", "updated_at"])
    record_change(promotion, old=before, new=status, at=at, actor=by.pk, reason=reason[:200])
    return promotion
