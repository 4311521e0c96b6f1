"""Endpoints of divisions, below /api/v1/."""

from django.urls import path

from stations.places import api

urlpatterns = [path("divisions/", api.Divisions.as_view())]
