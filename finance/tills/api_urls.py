"""API endpoints of the drawer."""

from django.urls import path

from finance.tills.api import cash_days, loss_cases, over_shorts, remittances

urlpatterns = [
    path("cash-days/", cash_days.CashDays.as_view(), name="api-cash-days"),
    path("cash-days/<int:pk>/count/", cash_days.CountCash.as_view(), name="api-cash-day-count"),
    path("cash-days/<int:pk>/resume/", cash_days.ResumeDay.as_view(), name="api-cash-day-resume"),
    path("cash-days/<int:pk>/hand-over/", cash_days.HandOverTill.as_view(), name="api-cash-day-hand-over"),
    path("cash-days/<int:pk>/close/", cash_days.CloseCashDay.as_view(), name="api-cash-day-close"),
    path("over-shorts/", over_shorts.OverShortList.as_view(), name="api-over-shorts"),
    path("over-shorts/<uuid:pk>/", over_shorts.OverShortDetail.as_view(), name="api-over-short"),
    path("over-shorts/<uuid:pk>/explain/", over_shorts.ExplainVariance.as_view(), name="api-over-short-explain"),
    path("over-shorts/<uuid:pk>/propose-charge/", over_shorts.ProposeCharge.as_view(), name="api-over-short-propose"),
    path("over-shorts/<uuid:pk>/charge/", over_shorts.ChargeVariance.as_view(), name="api-over-short-charge"),
    path("over-shorts/<uuid:pk>/absorb/", over_shorts.AbsorbVariance.as_view(), name="api-over-short-absorb"),
    path("over-shorts/<uuid:pk>/dispute/", over_shorts.DisputeVariance.as_view(), name="api-over-short-dispute"),
    path("over-shorts/<uuid:pk>/decide/", over_shorts.DecideDispute.as_view(), name="api-over-short-decide"),
    path("over-shorts/<uuid:pk>/return/", over_shorts.ReturnVariance.as_view(), name="api-over-short-return"),
    path("remittances/", remittances.Remittances.as_view(), name="api-remittances"),
    path("remittances/<uuid:pk>/", remittances.RemittanceDetail.as_view(), name="api-remittance"),
    path("remittances/<uuid:pk>/hand-over/", remittances.HandOverCash.as_view(), name="api-remittance-hand-over"),
    path("remittances/<uuid:pk>/receive/", remittances.ReceiveRemittance.as_view(), name="api-remittance-receive"),
    path("remittances/<uuid:pk>/cancel/", remittances.CancelRemittance.as_view(), name="api-remittance-cancel"),
    path("remittances/<uuid:pk>/match/", remittances.MatchRemittance.as_view(), name="api-remittance-match"),
    path("loss-cases/", loss_cases.LossCases.as_view(), name="api-loss-cases"),
    path("loss-cases/<uuid:pk>/insurance/", loss_cases.TakeInsurance.as_view(), name="api-loss-case-insurance"),
    path("loss-cases/<uuid:pk>/close/", loss_cases.CloseLoss.as_view(), name="api-loss-case-close"),
]
