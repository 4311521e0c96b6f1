"""API endpoints of school kits."""

from django.urls import path

from education.supplies.api import crates, entitlements, kits, settlements

urlpatterns = [
    path("kit-campaigns/", kits.KitCampaigns.as_view(), name="api-kit-campaigns"),
    path("kit-campaign-plans/", kits.OpenCampaign.as_view(), name="api-kit-campaign-plans"),
    path("kit-campaigns/<uuid:pk>/kits/", kits.RegisterKits.as_view(), name="api-kit-campaign-kits"),
    path("kit-campaigns/<uuid:pk>/shipments/", kits.SendKits.as_view(), name="api-kit-campaign-shipments"),
    path("kits/<str:serial>/receive/", kits.ReceiveKit.as_view(), name="api-kit-receive"),
    path("kits/<str:serial>/damage/", kits.ReportKitDamaged.as_view(), name="api-kit-damage"),
    path("kits/<str:serial>/handover/", kits.HandOverKit.as_view(), name="api-kit-handover"),
    path("children/<uuid:pk>/kit-codes/", kits.SendKitCode.as_view(), name="api-kit-codes"),
    path(
        "children/<uuid:pk>/kit-entitlements/",
        entitlements.ProposeEntitlement.as_view(),
        name="api-kit-entitlement-propose",
    ),
    path("kit-entitlements/", entitlements.KitEntitlements.as_view(), name="api-kit-entitlements"),
    path(
        "kit-entitlements/<uuid:pk>/approve/",
        entitlements.ApproveEntitlement.as_view(),
        name="api-kit-entitlement-approve",
    ),
    path(
        "kit-entitlements/<uuid:pk>/refuse/",
        entitlements.RefuseEntitlement.as_view(),
        name="api-kit-entitlement-refuse",
    ),
    path(
        "kit-entitlements/<uuid:pk>/cancel/",
        entitlements.CancelEntitlement.as_view(),
        name="api-kit-entitlement-cancel",
    ),
    path(
        "kit-entitlements/<uuid:pk>/settle/",
        entitlements.SettleSecondHandovers.as_view(),
        name="api-kit-entitlement-settle",
    ),
    path("kit-crates/", crates.KitCrates.as_view(), name="api-kit-crates"),
    path("kit-crate-shipments/", crates.SendKitCrate.as_view(), name="api-kit-crate-shipments"),
    path("kit-crates/<uuid:pk>/count/", crates.CountCrateKit.as_view(), name="api-kit-crate-count"),
    path("kit-crates/<uuid:pk>/close/", crates.CloseKitCrate.as_view(), name="api-kit-crate-close"),
    path(
        "kits/<str:serial>/settlements/", settlements.ProposeKitSettlement.as_view(), name="api-kit-settlement-propose"
    ),
    path(
        "kit-settlements/<uuid:pk>/confirm/",
        settlements.ConfirmKitSettlement.as_view(),
        name="api-kit-settlement-confirm",
    ),
    path(
        "kit-settlements/<uuid:pk>/refuse/",
        settlements.RefuseKitSettlement.as_view(),
        name="api-kit-settlement-refuse",
    ),
    path("kit-handovers/", kits.KitHandovers.as_view(), name="api-kit-handovers"),
    path("kit-handovers/<uuid:pk>/return/", kits.ReturnKit.as_view(), name="api-kit-handover-return"),
]
