"""Pages of reconciliation."""

from django.urls import path

from finance.recon import views
from finance.recon.lists import BANK_LINES, DIFFERENCES, FILES, RISKS

app_name = "recon"
urlpatterns = [
    path("", DIFFERENCES.view(), name="board"),
    path("bank-lines/", BANK_LINES.view(), name="bank_lines"),
    path("files/", FILES.view(), name="files"),
    path("import/", views.import_statement, name="import"),
    path("risks/", RISKS.view(), name="risks"),
    *views.BANK_LINE_PAGE.paths("bank-lines/<uuid:pk>/"),
    *views.ITEM.paths("<int:pk>/"),
]
