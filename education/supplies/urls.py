"""Pages of school kits."""

from django.urls import path

from education.supplies.lists import CAMPAIGNS
from education.supplies.views import campaigns, children

app_name = "supplies"
urlpatterns = [
    path("campaigns/", CAMPAIGNS.view(), name="campaigns"),
    path("campaigns/open/", campaigns.open_campaign, name="open-campaign"),
    *campaigns.CAMPAIGN_PAGE.paths("campaigns/<uuid:pk>/"),
    path("campaigns/<uuid:pk>/labels/", campaigns.labels, name="labels"),
    path("kits/<int:pk>/bars/", campaigns.kit_bars, name="kit-bars"),
    path("handovers/", children.handovers, name="handovers"),
    *children.HANDOVER_PAGE.paths("handovers/<uuid:pk>/"),
    *children.CHILD_PAGE.paths("children/<uuid:pk>/"),
]
