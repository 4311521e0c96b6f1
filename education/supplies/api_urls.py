"""API endpoints of school kits."""

from django.urls import path

from education.supplies.api import kits

urlpatterns = [
    path("kit-campaigns/", kits.KitCampaigns.as_view(), name="api-kit-campaigns"),
    path("kit-campaign-plans/", kits.OpenCampaign.as_view(), name="api-kit-campaign-plans"),
    path("kit-campaigns/<uuid:pk>/kits/", kits.RegisterKits.as_view(), name="api-kit-campaign-kits"),
    path("kit-campaigns/<uuid:pk>/shipments/", kits.SendKits.as_view(), name="api-kit-campaign-shipments"),
    path("kits/<str:serial>/receive/", kits.ReceiveKit.as_view(), name="api-kit-receive"),
    path("kits/<str:serial>/damage/", kits.ReportKitDamaged.as_view(), name="api-kit-damage"),
    path("kits/<str:serial>/handover/", kits.HandOverKit.as_view(), name="api-kit-handover"),
    path("children/<uuid:pk>/kit-codes/", kits.SendKitCode.as_view(), name="api-kit-codes"),
    path("kit-handovers/", kits.KitHandovers.as_view(), name="api-kit-handovers"),
    path("kit-handovers/<uuid:pk>/return/", kits.ReturnKit.as_view(), name="api-kit-handover-return"),
]
