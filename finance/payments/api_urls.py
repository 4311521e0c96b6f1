"""API endpoints of payments, receipts, refunds and accounts."""

from django.urls import path

from finance.payments.api import accounts, goodwill, payments, refunds, reversals

urlpatterns = [
    path("payments/", payments.PaymentList.as_view(), name="api-payments"),
    path("payments/<uuid:pk>/", payments.PaymentDetail.as_view(), name="api-payment"),
    path("payments/<uuid:pk>/receipt/", payments.PaymentReceipts.as_view(), name="api-payment-receipt"),
    path("payments/<uuid:pk>/cancel/", payments.CancelPayment.as_view(), name="api-payment-cancel"),
    path("payments/<uuid:pk>/ask-reversal/", reversals.AskReversal.as_view(), name="api-payment-ask-reversal"),
    path(
        "payments/<uuid:pk>/send-reversal-code/",
        reversals.SendReversalCode.as_view(),
        name="api-payment-send-reversal-code",
    ),
    path("payments/<uuid:pk>/propose-decision/", payments.ProposeDecision.as_view(), name="api-payment-propose"),
    path("payments/<uuid:pk>/decide/", payments.DecidePayment.as_view(), name="api-payment-decide"),
    path("payments/<uuid:pk>/goodwill/", goodwill.OfferGoodwill.as_view(), name="api-payment-goodwill"),
    path(
        "payments/<uuid:pk>/approve-goodwill/",
        goodwill.ApproveGoodwill.as_view(),
        name="api-payment-approve-goodwill",
    ),
    path("payments/<uuid:pk>/reject-goodwill/", goodwill.RejectGoodwill.as_view(), name="api-payment-reject-goodwill"),
    path("refunds/", refunds.RefundList.as_view(), name="api-refunds"),
    path("refunds/<uuid:pk>/send-code/", refunds.SendRefundCode.as_view(), name="api-refund-send-code"),
    path("refunds/<uuid:pk>/hand-back/", refunds.HandBack.as_view(), name="api-refund-hand-back"),
    path("refunds/<uuid:pk>/call/", refunds.CallRefund.as_view(), name="api-refund-call"),
    path("refunds/<uuid:pk>/retry/", refunds.RetryRefund.as_view(), name="api-refund-retry"),
    path("refunds/<uuid:pk>/recover/", refunds.RecoverCompensation.as_view(), name="api-refund-recover"),
    path("register/receipts/<str:number>/", payments.PublicReceipt.as_view(), name="api-public-receipt"),
    path("accounts/<str:code>/entries/", accounts.AccountEntries.as_view(), name="api-account-entries"),
    path("accounts/<str:code>/balance/", accounts.AccountBalance.as_view(), name="api-account-balance"),
    path("accounts/<str:code>/statements/<str:month>/", accounts.AccountStatements.as_view(), name="api-statement"),
    path("books/<str:code>/trial-balance/", accounts.TrialBalance.as_view(), name="api-trial-balance"),
]
