"""Pages of reconciliation."""

from django.urls import path

from finance.recon import views

app_name = "recon"
urlpatterns = [
    path("", views.board, name="board"),
    path("files/", views.files, name="files"),
    path("import/", views.import_statement, name="import"),
    path("risks/", views.risks, name="risks"),
    *views.BANK_LINE_PAGE.paths("bank-lines/<uuid:pk>/"),
    *views.ITEM.paths("<int:pk>/"),
]
