"""Pages of reconciliation."""

from django.urls import path

from finance.recon import views

app_name = "recon"
urlpatterns = [
    path("", views.board, name="board"),
    path("files/", views.files, name="files"),
    path("import/", views.import_statement, name="import"),
    path("risks/", views.risks, name="risks"),
    path("bank-lines/<uuid:pk>/", views.bank_line, name="bank_line"),
    path("bank-lines/<uuid:pk>/explain/", views.explain, name="explain"),
    path("<int:pk>/", views.item, name="item"),
    path("<int:pk>/assign/", views.assign, name="assign"),
    path("<int:pk>/resolve/", views.resolve, name="resolve"),
    path("<int:pk>/ask-write-off/", views.ask_write_off, name="ask_write_off"),
    path("<int:pk>/write-off/", views.write_off, name="write_off"),
]
