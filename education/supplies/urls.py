"""Pages of school kits."""

from django.urls import path

from education.supplies.lists import CAMPAIGNS, CRATES, ENTITLEMENTS, SETTLEMENTS
from education.supplies.views import campaigns, children, crates, entitlements, settlements

app_name = "supplies"
urlpatterns = [
    path("campaigns/", CAMPAIGNS.view(), name="campaigns"),
    path("campaigns/open/", campaigns.open_campaign, name="open-campaign"),
    *campaigns.CAMPAIGN_PAGE.paths("campaigns/<uuid:pk>/"),
    path("campaigns/<uuid:pk>/labels/", campaigns.labels, name="labels"),
    path("kits/<int:pk>/bars/", campaigns.kit_bars, name="kit-bars"),
    path("handovers/", children.handovers, name="handovers"),
    path("entitlements/", ENTITLEMENTS.view(), name="entitlements"),
    *entitlements.ENTITLEMENT_PAGE.paths("kit-entitlements/<uuid:pk>/"),
    path("crates/", CRATES.view(), name="crates"),
    *crates.CRATE_PAGE.paths("kit-crates/<uuid:pk>/"),
    path("settlements/", SETTLEMENTS.view(), name="settlements"),
    *settlements.SETTLEMENT_PAGE.paths("kit-settlements/<uuid:pk>/"),
    *children.HANDOVER_PAGE.paths("handovers/<uuid:pk>/"),
    *children.CHILD_PAGE.paths("children/<uuid:pk>/"),
]
