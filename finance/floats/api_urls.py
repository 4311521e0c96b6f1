"""API endpoints of the float."""

from django.urls import path

from finance.floats import api

urlpatterns = [
    path("topups/", api.TopUps.as_view(), name="api-topups"),
    path("topups/<uuid:pk>/match/", api.MatchTopUp.as_view(), name="api-topup-match"),
    path("topups/<uuid:pk>/credit/", api.CreditTopUp.as_view(), name="api-topup-credit"),
    path("topups/<uuid:pk>/reject/", api.RejectTopUp.as_view(), name="api-topup-reject"),
]
