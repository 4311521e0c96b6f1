"""Pages of check-ups."""

from django.urls import path

from health.checkups.lists import CAMPAIGNS, DAYS, PACKAGES, REPORTS, ROSTERS, URGENT
from health.checkups.views import campaigns, days, figures, orders

app_name = "checkups"
urlpatterns = [
    path("checkup-packages/", PACKAGES.view(), name="packages"),
    *campaigns.PACKAGE_PAGE.paths("checkup-packages/<uuid:pk>/"),
    path("checkup-campaigns/", CAMPAIGNS.view(), name="campaigns"),
    path("checkup-campaigns/new/", campaigns.open_campaign, name="open-campaign"),
    *campaigns.CAMPAIGN_PAGE.paths("checkup-campaigns/<uuid:pk>/"),
    path("checkup-figures/", figures.figures, name="figures"),
    path("checkup-figures/file/", figures.figures_file, name="figures-file"),
    path("checkup-days/", DAYS.view(), name="days"),
    *days.DAY_PAGE.paths("checkup-days/<uuid:pk>/"),
    path("checkup-days/<uuid:pk>/labels/", days.labels, name="labels"),
    path("checkup-rosters/", ROSTERS.view(), name="rosters"),
    *days.ROSTER_PAGE.paths("checkup-rosters/<uuid:pk>/"),
    *orders.ORDER_PAGE.paths("checkup-orders/<uuid:pk>/"),
    path("checkup-orders/<uuid:pk>/bars/", days.bars, name="bars"),
    path("checkup-orders/<uuid:pk>/report/", orders.paper, name="paper"),
    path("checkup-reports/", REPORTS.view(), name="reports"),
    path("urgent-results/", URGENT.view(), name="urgent"),
]
