"""The verbs of promotions: prepared, decided, ended, and used by orders."""

from orders.promotions.services.agreeing import NoSuchCoupon, agree_coupon, send_coupon_code
from orders.promotions.services.bearing import Borne, not_borne_by_supplier, put_in_shares, take_back_shares
from orders.promotions.services.choosing import (
    CouponNeedsMore,
    CouponNotValid,
    PromotionUsedUp,
    choose_savings,
    shown_savings,
)
from orders.promotions.services.deciding import (
    FarmerHasNotAgreed,
    ShareNotAgreed,
    approve_promotion,
    end_promotion,
    reject_promotion,
)
from orders.promotions.services.preparing import (
    BundleArticle,
    CodeTaken,
    PromotionImpossible,
    Terms,
    prepare_promotion,
)
from orders.promotions.services.shares import (
    NoShareToAgreeTo,
    PromotionOver,
    agree_to_promotion,
    record_supplier_agreement,
)
from orders.promotions.services.shop_coupons import (
    ShopSaving,
    forget_coupon_buyers,
    give_back_coupon,
    give_back_coupon_part,
    hold_shop_coupon,
    record_coupon_use,
    saving_in_shop,
    shown_in_shop,
)
from orders.promotions.services.using import give_back_goods, give_back_uses, hold_promotions, record_uses
