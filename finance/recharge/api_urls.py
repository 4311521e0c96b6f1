"""API endpoints of recharges."""

from django.urls import path

from finance.recharge import api

urlpatterns = [
    path("operators/", api.OperatorList.as_view(), name="api-operators"),
    path("recharge-quotes/", api.RechargeQuotes.as_view(), name="api-recharge-quotes"),
    path("recharges/", api.Recharges.as_view(), name="api-recharges"),
]
