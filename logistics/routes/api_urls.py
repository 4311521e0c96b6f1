"""API endpoints of runs and bags."""

from django.urls import path

from logistics.routes import api

urlpatterns = [
    path("route-runs/", api.RouteRuns.as_view(), name="api-route-runs"),
    path("route-runs/<uuid:pk>/", api.RouteRunDetail.as_view(), name="api-route-run"),
    path("route-runs/<uuid:pk>/advance/", api.AdvanceRun.as_view(), name="api-route-run-advance"),
    path("route-runs/<uuid:pk>/skip/", api.SkipStop.as_view(), name="api-route-run-skip"),
    path("route-runs/<uuid:pk>/scan/", api.ScanRun.as_view(), name="api-route-run-scan"),
    path("route-runs/<uuid:pk>/exceptions/", api.NameException.as_view(), name="api-route-run-exceptions"),
    path("route-runs/<uuid:pk>/reconcile/", api.ReconcileRun.as_view(), name="api-route-run-reconcile"),
    path("route-runs/<uuid:pk>/cancel/", api.CancelRun.as_view(), name="api-route-run-cancel"),
    path("bags/", api.Bags.as_view(), name="api-bags"),
]
