"""API endpoints of settlement."""

from django.urls import path

from finance.settlement import api

urlpatterns = [
    path("statements/", api.Statements.as_view(), name="api-statements"),
    path("statements/<uuid:pk>/", api.StatementDocument.as_view(), name="api-statement"),
    path("day-closes/", api.DayCloses.as_view(), name="api-day-closes"),
    path("day-closes/<int:pk>/close/", api.CloseDay.as_view(), name="api-day-close"),
]
