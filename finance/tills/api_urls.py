"""API endpoints of the drawer."""

from django.urls import path

from finance.tills import api

urlpatterns = [
    path("cash-days/", api.CashDays.as_view(), name="api-cash-days"),
    path("cash-days/<int:pk>/count/", api.CountCash.as_view(), name="api-cash-day-count"),
    path("cash-days/<int:pk>/resume/", api.ResumeDay.as_view(), name="api-cash-day-resume"),
    path("cash-days/<int:pk>/close/", api.CloseCashDay.as_view(), name="api-cash-day-close"),
]
