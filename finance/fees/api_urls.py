"""API endpoints of commission."""

from django.urls import path

from finance.fees import api

urlpatterns = [
    path("earnings/", api.Earnings.as_view(), name="api-earnings"),
    path("earnings/<uuid:pk>/why/", api.WhyEarned.as_view(), name="api-earning-why"),
    path("adjustments/", api.Adjustments.as_view(), name="api-adjustments"),
    path("adjustments/<uuid:pk>/approve/", api.ApproveAdjustment.as_view(), name="api-adjustment-approve"),
    path("adjustments/<uuid:pk>/reject/", api.RejectAdjustment.as_view(), name="api-adjustment-reject"),
    path("commission-plans/<int:pk>/approve/", api.ApprovePlan.as_view(), name="api-commission-plan-approve"),
    path("commission-plans/<int:pk>/retire/", api.RetirePlan.as_view(), name="api-commission-plan-retire"),
]
