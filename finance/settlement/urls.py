"""Pages of settlement."""

from django.urls import path

from finance.settlement import views
from finance.settlement.lists import OWN_STATEMENTS, STATEMENTS

app_name = "settlement"
urlpatterns = [
    path("", views.closes, name="closes"),
    path("days/<int:pk>/", views.day, name="day"),
    path("days/<int:pk>/close/", views.close_day, name="close_day"),
    path("statements/", STATEMENTS.view(), name="statements"),
    path("statements/mine/", OWN_STATEMENTS.view(), name="own_statements"),
    path("statements/<uuid:pk>/", views.statement, name="statement"),
    path("statements/<uuid:pk>/paper/", views.paper, name="paper"),
    path("statements/<uuid:pk>/table/", views.table, name="table"),
]
