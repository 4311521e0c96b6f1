"""API endpoints of payouts."""

from django.urls import path

from finance.payouts.api import accounts, batches, lines, returns

urlpatterns = [
    path("payout-batches/", batches.PayoutBatches.as_view(), name="api-payout-batches"),
    path("payout-batches/<uuid:pk>/", batches.PayoutBatchDetail.as_view(), name="api-payout-batch"),
    path("payout-batches/<uuid:pk>/lines/", batches.PayoutBatchLines.as_view(), name="api-payout-batch-lines"),
    path("payout-batches/<uuid:pk>/calculate/", batches.CalculatePayoutBatch.as_view(), name="api-payout-calculate"),
    path("payout-batches/<uuid:pk>/approve/", batches.ApprovePayoutBatch.as_view(), name="api-payout-approve"),
    path("payout-batches/<uuid:pk>/export/", batches.ExportPayoutBatch.as_view(), name="api-payout-export"),
    path("payout-batches/<uuid:pk>/cancel/", batches.CancelPayoutBatch.as_view(), name="api-payout-cancel"),
    path("payouts/", lines.Payouts.as_view(), name="api-payouts"),
    path("payouts/<uuid:pk>/reissue/", lines.ReissuePayout.as_view(), name="api-payout-reissue"),
    path("payout-returns/", returns.PayoutReturns.as_view(), name="api-payout-returns"),
    path("payout-returns/<uuid:pk>/match/", returns.MatchPayoutReturn.as_view(), name="api-payout-return-match"),
    path("payout-accounts/", accounts.PayoutAccounts.as_view(), name="api-payout-accounts"),
    path("payout-accounts/<uuid:pk>/confirm/", accounts.ConfirmPayoutAccount.as_view(), name="api-payee-confirm"),
    path("payout-accounts/<uuid:pk>/restrict/", accounts.RestrictPayoutAccount.as_view(), name="api-payee-restrict"),
    path("payout-accounts/<uuid:pk>/release/", accounts.ReleasePayoutAccount.as_view(), name="api-payee-release"),
    path("payout-accounts/<uuid:pk>/reject/", accounts.RejectPayoutAccount.as_view(), name="api-payee-reject"),
]
