"""Who bears a share of a promotion besides the platform agrees to it, before anybody approves the promotion."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import earliest_day
from core.errors import Refused, WrongState, refuses
from core.language.reasons import needs_words
from orders.promotions.machine import PROMOTION
from orders.promotions.models import Promotion, PromotionAgreement, PromotionBearer
from stations.accounts.models import User

_P = PromotionBearer.Party


class NoShareToAgreeTo(Refused):
    """The party bears nothing of the promotion, or has agreed already."""

    code = "no_share_to_agree_to"
    message = _("There is no share of this promotion that waits for this agreement.")


class PromotionOver(Refused):
    """After its last day nothing is decided about a promotion any more."""

    code = "promotion_over"
    message = _("The last day of this promotion is over.")


@refuses(WrongState, PromotionOver, NoShareToAgreeTo)
@transaction.atomic
def agree_to_promotion(*, promotion: Promotion, by: User, at: dt.datetime) -> Promotion:
    """Agree for the county of a promotion to bear its share of it, at most of its budget.

    Refused: `wrong_state`, `promotion_over`, `no_share_to_agree_to`.
    """
    return _agree(promotion, "agree_to_promotion", _P.COUNTY, evidence="", by=by, at=at)


@refuses(WrongState, PromotionOver, NoShareToAgreeTo)
@needs_words("evidence")
@transaction.atomic
def record_supplier_agreement(*, promotion: Promotion, evidence: str, by: User, at: dt.datetime) -> Promotion:
    """Write down by which paper the supplier of a promotion has agreed to bear its share.

    Refused: `wrong_state`, `promotion_over`, `no_share_to_agree_to`.
    """
    return _agree(promotion, "record_supplier_agreement", _P.SUPPLIER, evidence=evidence, by=by, at=at)


@refuses(PromotionOver)
def refuse_when_over(promotion: Promotion, *, at: dt.datetime) -> None:
    """Refuse where the last day of a promotion is over everywhere. Raises `PromotionOver`."""
    if promotion.to_date <= earliest_day(at):
        raise PromotionOver


def _agree(promotion: Promotion, verb: str, party: str, *, evidence: str, by: User, at: dt.datetime) -> Promotion:
    promotion = lock(promotion)
    PROMOTION.check(verb, promotion.status)
    refuse_when_over(promotion, at=at)
    bearer = promotion.bearers.filter(party=party, agreement=None).first()
    if bearer is None:
        raise NoShareToAgreeTo
    PromotionAgreement.objects.create(bearer=bearer, agreed_by=by, agreed_at=at, evidence=evidence)
    return promotion
