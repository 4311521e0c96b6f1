"""API endpoints of commission."""

from django.urls import path

from finance.fees import api

urlpatterns = [
    path("earnings/", api.Earnings.as_view(), name="api-earnings"),
    path("earnings/<uuid:pk>/why/", api.WhyEarned.as_view(), name="api-earning-why"),
    path("commission-plans/<int:pk>/approve/", api.ApprovePlan.as_view(), name="api-commission-plan-approve"),
]
