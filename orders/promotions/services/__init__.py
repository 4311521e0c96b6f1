"""The verbs of promotions: prepared, decided, ended, and used by orders."""

from orders.promotions.services.bearing import Borne, not_borne_by_supplier, put_in_shares, take_back_shares
from orders.promotions.services.choosing import (
    CouponNeedsMore,
    CouponNotValid,
    PromotionUsedUp,
    choose_savings,
    shown_savings,
)
from orders.promotions.services.deciding import approve_promotion, end_promotion, reject_promotion
from orders.promotions.services.preparing import (
    BundleArticle,
    CodeTaken,
    PromotionImpossible,
    Terms,
    prepare_promotion,
)
from orders.promotions.services.using import give_back_goods, give_back_uses, hold_promotions, record_uses
