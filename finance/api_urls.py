"""API endpoints of this app: a table of contents."""

from django.urls import include, path

urlpatterns = [
    path("", include("finance.bills.api_urls")),
    path("", include("finance.recharge.api_urls")),
    path("", include("finance.payments.api_urls")),
    path("", include("finance.tills.api_urls")),
    path("", include("finance.floats.api_urls")),
    path("", include("finance.fees.api_urls")),
    path("", include("finance.payouts.api_urls")),
    path("", include("finance.complaints.api_urls")),
    path("", include("finance.recon.api_urls")),
    path("", include("finance.settlement.api_urls")),
    path("", include("finance.insurance.api_urls")),
    path("", include("finance.loans.api_urls")),
]
