"""Endpoints of insurance."""

from django.urls import path

from finance.insurance.api import appeals, claims, cover, indexes, premiums, register

BATCH, POLICY = "enrolment-batches/<uuid:pk>/", "policies/<uuid:pk>/"
PREMIUMS, FILE, WINDOW = "premium-statements/<uuid:pk>/", "index-files/<uuid:pk>/", "index-windows/<uuid:pk>/"
CLAIM, APPEAL = "claims/<uuid:pk>/", "appeals/<uuid:pk>/"
urlpatterns = [
    path("insurance-products/", cover.InsuranceProductList.as_view()),
    path("insurance-funds/", cover.FundList.as_view()),
    path("insurance-funds/<int:pk>/contributions/", cover.Contributions.as_view()),
    path("enrolment-batches/", cover.EnrolmentBatches.as_view()),
    path(BATCH, cover.EnrolmentBatchDetail.as_view()),
    path(f"{BATCH}fund/", cover.FundPolicies.as_view()),
    path(f"{BATCH}renew/", cover.RenewEnrolment.as_view()),
    path("policies/", cover.PolicyList.as_view()),
    path(POLICY, cover.PolicyDetail.as_view()),
    path(f"{POLICY}suspend/", cover.SuspendPolicy.as_view()),
    path(f"{POLICY}resume/", cover.ResumePolicy.as_view()),
    path(f"{POLICY}cancel/", cover.CancelPolicy.as_view()),
    path(f"{POLICY}account/", indexes.SetPolicyAccount.as_view()),
    path("premium-statements/", premiums.PremiumStatements.as_view()),
    path(PREMIUMS, premiums.PremiumStatementDetail.as_view()),
    path(f"{PREMIUMS}send/", premiums.SendPremiums.as_view()),
    path(f"{PREMIUMS}account/", premiums.SetInsurerAccount.as_view()),
    path("index-sources/", indexes.IndexSources.as_view()),
    path("index-sources/<int:pk>/readings/", indexes.IndexReadings.as_view()),
    path("index-files/", indexes.IndexFiles.as_view()),
    path(f"{FILE}release/", indexes.ReleaseIndexFile.as_view()),
    path(f"{FILE}discard/", indexes.DiscardIndexFile.as_view()),
    path("index-windows/", indexes.IndexWindows.as_view()),
    path(WINDOW, indexes.IndexWindowDetail.as_view()),
    path(f"{WINDOW}wait/", indexes.WaitForReading.as_view()),
    path(f"{WINDOW}close/", indexes.CloseIndexWindow.as_view()),
    path("index-payouts/", indexes.IndexPayouts.as_view()),
    path("insurance-register/funds/", register.RegisterFunds.as_view()),
    path("insurance-register/payouts/", register.RegisterPayouts.as_view()),
    path("claims/", claims.Claims.as_view()),
    path(CLAIM, claims.ClaimDetail.as_view()),
    path(f"{CLAIM}evidence/", claims.AddClaimEvidence.as_view()),
    path(f"{CLAIM}enter/", claims.EnterClaim.as_view()),
    path(f"{CLAIM}withdraw/", claims.WithdrawClaim.as_view()),
    path(f"{CLAIM}documents/", claims.AskForDocuments.as_view()),
    path(f"{CLAIM}answer-documents/", claims.AnswerDocuments.as_view()),
    path(f"{CLAIM}review/", claims.DeliverReview.as_view()),
    path(f"{CLAIM}process/", claims.ProcessClaim.as_view()),
    path(f"{CLAIM}approve/", claims.ApproveClaim.as_view()),
    path(f"{CLAIM}reject/", claims.RejectClaim.as_view()),
    path(f"{CLAIM}return/", claims.ReturnClaim.as_view()),
    path(f"{CLAIM}reverse/", claims.ReverseApproval.as_view()),
    path(f"{CLAIM}pay/", claims.PayClaim.as_view()),
    path(f"{CLAIM}appeals/", appeals.FileAppeal.as_view()),
    path("appeals/", appeals.AppealList.as_view()),
    path(f"{APPEAL}assign/", appeals.AssignAppeal.as_view()),
    path(f"{APPEAL}uphold/", appeals.UpholdRejection.as_view()),
    path(f"{APPEAL}restore/", appeals.RestoreClaim.as_view()),
]
