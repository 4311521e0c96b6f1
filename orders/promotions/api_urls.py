"""API endpoints of promotions."""

from django.urls import path

from orders.promotions import api

urlpatterns = [
    path("promotions/", api.Promotions.as_view(), name="api-promotions"),
    path("promotions/<uuid:pk>/", api.PromotionDetail.as_view(), name="api-promotion"),
    path("promotions/<uuid:pk>/agree/", api.AgreeToPromotion.as_view(), name="api-promotion-agree"),
    path("promotions/<uuid:pk>/supplier/", api.RecordSupplierAgreement.as_view(), name="api-promotion-supplier"),
    path("promotions/<uuid:pk>/approve/", api.ApprovePromotion.as_view(), name="api-promotion-approve"),
    path("promotions/<uuid:pk>/reject/", api.RejectPromotion.as_view(), name="api-promotion-reject"),
    path("promotions/<uuid:pk>/end/", api.EndPromotion.as_view(), name="api-promotion-end"),
]
