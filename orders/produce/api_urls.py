"""API endpoints of produce."""

from django.urls import path

from orders.produce import api

INTAKE, LOT = "intakes/<uuid:pk>/", "lots/<uuid:pk>/"
urlpatterns = [
    path("harvest-notices/", api.HarvestNotices.as_view(), name="api-harvest-notices"),
    path("harvest-notices/<uuid:pk>/confirm/", api.ConfirmHarvest.as_view(), name="api-harvest-notice-confirm"),
    path("harvest-notices/<uuid:pk>/cancel/", api.CancelHarvest.as_view(), name="api-harvest-notice-cancel"),
    path("intakes/", api.Intakes.as_view(), name="api-intakes"),
    path(INTAKE, api.IntakeDetail.as_view(), name="api-intake"),
    path(f"{INTAKE}grade/", api.GradeIntake.as_view(), name="api-intake-grade"),
    path(f"{INTAKE}ask/", api.AskFarmer.as_view(), name="api-intake-ask"),
    path(f"{INTAKE}accept/", api.AcceptIntake.as_view(), name="api-intake-accept"),
    path(f"{INTAKE}advance-code/", api.SendAdvanceCode.as_view(), name="api-intake-advance-code"),
    path(f"{INTAKE}advance/", api.PayAdvance.as_view(), name="api-intake-advance"),
    path(f"{INTAKE}photo/", api.PhotographIntake.as_view(), name="api-intake-photo"),
    path(f"{INTAKE}dispute/", api.DisputeIntake.as_view(), name="api-intake-dispute"),
    path(f"{INTAKE}regrade/", api.RegradeIntake.as_view(), name="api-intake-regrade"),
    path(f"{INTAKE}correct/", api.CorrectIntake.as_view(), name="api-intake-correct"),
    path(f"{INTAKE}reject/", api.RejectIntake.as_view(), name="api-intake-reject"),
    path("lot-passports/<str:code>/", api.LotPassport.as_view(), name="api-lot-passport"),
    path("lots/", api.Lots.as_view(), name="api-lots"),
    path(LOT, api.LotDetail.as_view(), name="api-lot"),
    path(f"{LOT}trace/", api.LotTrace.as_view(), name="api-lot-trace"),
    path(f"{LOT}add/", api.FillLot.as_view(), name="api-lot-add"),
    path(f"{LOT}close/", api.CloseLot.as_view(), name="api-lot-close"),
    path(f"{LOT}split/", api.SplitLot.as_view(), name="api-lot-split"),
    path(f"{LOT}sell/", api.SellLot.as_view(), name="api-lot-sell"),
    path(f"{LOT}dispatch/", api.DispatchLot.as_view(), name="api-lot-dispatch"),
    path(f"{LOT}deliver/", api.DeliverLot.as_view(), name="api-lot-deliver"),
    path(f"{LOT}retry-settlement/", api.RetrySettlement.as_view(), name="api-lot-retry-settlement"),
    path(f"{LOT}hold/", api.HoldLot.as_view(), name="api-lot-hold"),
    path(f"{LOT}release/", api.ReleaseLot.as_view(), name="api-lot-release"),
    path(f"{LOT}recall/", api.RecallLot.as_view(), name="api-lot-recall"),
    path("lot-sales/<uuid:pk>/claims/", api.RaiseClaim.as_view(), name="api-lot-sale-claims"),
    path("buyer-claims/", api.BuyerClaims.as_view(), name="api-buyer-claims"),
    path("buyer-claims/<uuid:pk>/accept/", api.AcceptClaim.as_view(), name="api-buyer-claim-accept"),
    path("buyer-claims/<uuid:pk>/reject/", api.RejectClaim.as_view(), name="api-buyer-claim-reject"),
    path("farmer-statements/", api.FarmerStatements.as_view(), name="api-farmer-statements"),
]
