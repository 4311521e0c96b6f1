"""Pages of this app: a table of contents."""

from django.urls import include, path

urlpatterns = [
    path("bills/", include("finance.bills.urls")),
    path("recharge/", include("finance.recharge.urls")),
    path("tills/", include("finance.tills.urls")),
    path("floats/", include("finance.floats.urls")),
    path("fees/", include("finance.fees.urls")),
    path("books/", include("finance.books.urls")),
    path("settlement/recon/", include("finance.recon.urls")),
    path("payouts/", include("finance.payouts.urls")),
    path("settlement/", include("finance.settlement.urls")),
    path("insurance/", include("finance.insurance.urls")),
    path("loans/", include("finance.loans.urls")),
    path("", include("finance.payments.urls")),
]
