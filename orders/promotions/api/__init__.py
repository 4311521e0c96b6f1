"""Promotions over the API."""

from orders.promotions.api.promotions import (
    AgreeToPromotion,
    ApprovePromotion,
    EndPromotion,
    PromotionDetail,
    Promotions,
    RecordSupplierAgreement,
    RejectPromotion,
)
