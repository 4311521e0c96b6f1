"""Promotions and their uses."""

from orders.promotions.models.promotions import (
    FARMER_AGREED,
    Promotion,
    PromotionAgreement,
    PromotionArticle,
    PromotionBearer,
)
from orders.promotions.models.uses import PromotionPart, PromotionUse, ShopCouponUse
