"""Pages of this app: a table of contents."""

from django.urls import include, path

urlpatterns = [
    path("bills/", include("finance.bills.urls")),
    path("", include("finance.payments.urls")),
]
