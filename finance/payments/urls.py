"""Pages of payments and refunds."""

from django.urls import path

from finance.payments.lists import REFUNDS
from finance.payments.views import decisions, goodwill, payments, refunds, slips

app_name = "payments"
urlpatterns = [
    path("payments/", payments.payments, name="payments"),
    path("payments/<uuid:pk>/", payments.payment, name="payment"),
    path("payments/<uuid:pk>/cancel/", payments.cancel, name="cancel"),
    path("payments/<uuid:pk>/ask-back/", payments.ask_back, name="ask-back"),
    path("payments/<uuid:pk>/ask-back/send-code/", payments.send_reversal_code, name="send-reversal-code"),
    path("payments/<uuid:pk>/receipt/", slips.receipt, name="receipt"),
    path("payments/<uuid:pk>/printed/", slips.printed, name="printed"),
    path("payments/<uuid:pk>/pay-qr/", payments.pay_qr, name="pay-qr"),
    path("payments/<uuid:pk>/propose/", decisions.propose, name="propose"),
    path("payments/<uuid:pk>/decide/", decisions.decide, name="decide"),
    path("payments/<uuid:pk>/goodwill/", goodwill.offer, name="goodwill"),
    path("payments/<uuid:pk>/goodwill/approve/", goodwill.approve, name="approve-goodwill"),
    path("payments/<uuid:pk>/goodwill/reject/", goodwill.reject, name="reject-goodwill"),
    path("refunds/", REFUNDS.view(), name="refunds"),
    path("refunds/<uuid:pk>/", refunds.refund, name="refund"),
    path("refunds/<uuid:pk>/send-code/", refunds.send_code, name="send-code"),
    path("refunds/<uuid:pk>/call/", refunds.call, name="call"),
    path("refunds/<uuid:pk>/retry/", refunds.retry, name="retry"),
    path("refunds/<uuid:pk>/recover/", refunds.recover, name="recover"),
]
