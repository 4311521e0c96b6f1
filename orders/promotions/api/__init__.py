"""Promotions over the API."""

from orders.promotions.api.promotions import (
    ApprovePromotion,
    EndPromotion,
    PromotionDetail,
    Promotions,
    RejectPromotion,
)
