"""Pages of the drawer."""

from django.urls import path

from finance.tills.lists import DIFFERENCES, LOSSES, REMITTANCES, REPORTS
from finance.tills.views import differences, drawers, losses, remittances, reports

app_name = "tills"
urlpatterns = [
    path("", drawers.till, name="till"),
    path("open/", drawers.open_as_left, name="open-as-left"),
    path("open/counted/", drawers.open_counted, name="open"),
    *drawers.DAY.paths("<int:pk>/"),
    path("<int:pk>/count/", drawers.count, name="count"),
    path("differences/", DIFFERENCES.view(), name="differences"),
    *differences.DIFFERENCE.paths("differences/<uuid:pk>/"),
    path("remittances/", REMITTANCES.view(), name="remittances"),
    path("remittances/new/", remittances.declare, name="declare"),
    *remittances.REMITTANCE_PAGE.paths("remittances/<uuid:pk>/"),
    path("losses/", LOSSES.view(), name="losses"),
    path("losses/new/", losses.report, name="report-loss"),
    *losses.LOSS.paths("losses/<uuid:pk>/"),
    path("cash-reports/", REPORTS.view(), name="reports"),
    *reports.REPORT.paths("cash-reports/<int:pk>/"),
]
