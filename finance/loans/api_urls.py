"""Endpoints of loans."""

from django.urls import path

from finance.loans.api import applications, loans, portfolio, prepayments, products, repayments, reversals, write_offs

ONE, LOAN = "loan-applications/<uuid:pk>/", "loans/<uuid:pk>/"
urlpatterns = [
    path("loan-products/", products.LoanProductList.as_view()),
    path("loan-products/<int:pk>/versions/", products.DraftLoanProduct.as_view()),
    path("loan-product-versions/<int:pk>/activate/", products.ActivateLoanProduct.as_view()),
    path("loan-product-versions/<int:pk>/retire/", products.RetireLoanProduct.as_view()),
    path("loan-product-versions/<int:pk>/discard/", products.DiscardLoanProduct.as_view()),
    path("loan-portfolios/", portfolio.LoanPortfolios.as_view()),
    path("loan-quotes/", products.QuoteLoan.as_view()),
    path("loan-applications/", applications.LoanApplications.as_view()),
    path(ONE, applications.LoanApplicationDetail.as_view()),
    path(f"{ONE}score/", applications.ScoreOfApplication.as_view()),
    path(f"{ONE}assessments/", applications.AssessApplication.as_view()),
    path(f"{ONE}submit/", applications.SubmitApplication.as_view()),
    path(f"{ONE}withdraw/", applications.WithdrawApplication.as_view()),
    path(f"{ONE}appraise/", applications.AppraiseApplication.as_view()),
    path(f"{ONE}approve/", applications.ApproveApplication.as_view()),
    path(f"{ONE}co-approve/", applications.CoApproveApplication.as_view()),
    path(f"{ONE}reject/", applications.RejectApplication.as_view()),
    path(f"{ONE}reconsider/", applications.ReconsiderApplication.as_view()),
    path(f"{ONE}signing-code/", loans.SendSigningCode.as_view()),
    path(f"{ONE}sign/", loans.SignContract.as_view()),
    path("loans/", loans.Loans.as_view()),
    path(LOAN, loans.LoanDetail.as_view()),
    path(f"{LOAN}account/", loans.SetBorrowerAccount.as_view()),
    path(f"{LOAN}disburse/", loans.DisburseLoan.as_view()),
    path(f"{LOAN}cancel/", loans.CancelLoan.as_view()),
    path(f"{LOAN}retry-close/", loans.RetryClose.as_view()),
    path(f"{LOAN}propose-write-off/", write_offs.ProposeWriteOff.as_view()),
    path(f"{LOAN}approve-write-off/", write_offs.ApproveWriteOff.as_view()),
    path(f"{LOAN}reject-write-off/", write_offs.RejectWriteOff.as_view()),
    path(f"{LOAN}recoveries/", write_offs.ReceiveRecovery.as_view()),
    path(f"{LOAN}payoff-quote/", repayments.PayoffQuote.as_view()),
    path(f"{LOAN}repayments/", repayments.ReceiveRepayment.as_view()),
    path(f"{LOAN}payoff/", repayments.PayOffLoan.as_view()),
    path(f"{LOAN}prepayment-quote/", prepayments.PrepaymentQuote.as_view()),
    path(f"{LOAN}prepayments/", prepayments.PrepayPrincipal.as_view()),
    path(f"{LOAN}reverse-receipt/", reversals.ReverseReceipt.as_view()),
    path(f"{LOAN}propose-reversal/", reversals.ProposeReversal.as_view()),
    path(f"{LOAN}approve-reversal/", reversals.ApproveReversal.as_view()),
    path(f"{LOAN}reject-reversal/", reversals.RejectReversal.as_view()),
]
