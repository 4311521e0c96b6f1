"""API endpoints of subsidies."""

from django.urls import path

from orders.subsidies import api

urlpatterns = [path("subsidy-programmes/", api.SubsidyProgrammes.as_view(), name="api-subsidy-programmes")]
