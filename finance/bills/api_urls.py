"""API endpoints of bills."""

from django.urls import path

from finance.bills import api

urlpatterns = [
    path("billers/", api.BillerList.as_view(), name="api-billers"),
    path("billers/<str:code>/", api.BillerDetail.as_view(), name="api-biller"),
    path("bill-fetches/", api.BillFetches.as_view(), name="api-bill-fetches"),
    path("bill-fetches/<uuid:pk>/", api.BillFetchDetail.as_view(), name="api-bill-fetch"),
    path("bill-fetches/<uuid:pk>/remind/", api.RemindBill.as_view(), name="api-bill-remind"),
    path("bill-fetches/<uuid:pk>/stop-reminding/", api.StopReminding.as_view(), name="api-bill-stop-reminding"),
    path("bill-quotes/", api.BillQuotes.as_view(), name="api-bill-quotes"),
    path("bill-payments/", api.BillPayments.as_view(), name="api-bill-payments"),
]
