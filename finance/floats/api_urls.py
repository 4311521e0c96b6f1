"""API endpoints of the float."""

from django.urls import path

from finance.floats.api import forecasts, rules, topups, transfers, withdrawals

urlpatterns = [
    path("topups/", topups.TopUps.as_view(), name="api-topups"),
    path("topups/<uuid:pk>/match/", topups.MatchTopUp.as_view(), name="api-topup-match"),
    path("bank-lines/<uuid:pk>/record-topup/", topups.RecordTopUp.as_view(), name="api-bank-line-record-topup"),
    path("topups/<uuid:pk>/credit/", topups.CreditTopUp.as_view(), name="api-topup-credit"),
    path("topups/<uuid:pk>/count-cash/", topups.CountTopUpCash.as_view(), name="api-topup-count-cash"),
    path("topups/<uuid:pk>/take-cash/", topups.TakeTopUpCash.as_view(), name="api-topup-take-cash"),
    path("topups/<uuid:pk>/reject/", topups.RejectTopUp.as_view(), name="api-topup-reject"),
    path("topups/<uuid:pk>/ask-undo/", topups.AskUndoTopUp.as_view(), name="api-topup-ask-undo"),
    path("topups/<uuid:pk>/undo/", topups.UndoTopUp.as_view(), name="api-topup-undo"),
    path("float-transfers/", transfers.Transfers.as_view(), name="api-float-transfers"),
    path("float-transfers/<uuid:pk>/accept/", transfers.AcceptTransfer.as_view(), name="api-float-transfer-accept"),
    path("float-transfers/<uuid:pk>/decline/", transfers.DeclineTransfer.as_view(), name="api-float-transfer-decline"),
    path("float-transfers/<uuid:pk>/recall/", transfers.RecallTransfer.as_view(), name="api-float-transfer-recall"),
    path("float-withdrawals/", withdrawals.Withdrawals.as_view(), name="api-float-withdrawals"),
    path("station-money-rules/", rules.Rules.as_view(), name="api-station-money-rules"),
    path("float-forecasts/", forecasts.Forecasts.as_view(), name="api-float-forecasts"),
    path("float-forecasts/<str:code>/neighbours/", forecasts.Neighbours.as_view(), name="api-float-neighbours"),
]
