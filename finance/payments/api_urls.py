"""API endpoints of payments, receipts and refunds."""

from django.urls import path

from finance.payments import api

urlpatterns = [
    path("payments/", api.PaymentList.as_view(), name="api-payments"),
    path("payments/<uuid:pk>/", api.PaymentDetail.as_view(), name="api-payment"),
    path("payments/<uuid:pk>/receipt/", api.PaymentReceipts.as_view(), name="api-payment-receipt"),
    path("payments/<uuid:pk>/cancel/", api.CancelPayment.as_view(), name="api-payment-cancel"),
    path("refunds/", api.RefundList.as_view(), name="api-refunds"),
    path("refunds/<uuid:pk>/send-code/", api.SendRefundCode.as_view(), name="api-refund-send-code"),
    path("refunds/<uuid:pk>/hand-back/", api.HandBack.as_view(), name="api-refund-hand-back"),
    path("register/receipts/<str:number>/", api.PublicReceipt.as_view(), name="api-public-receipt"),
]
