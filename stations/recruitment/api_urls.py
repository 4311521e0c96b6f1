"""Endpoints of certificates, below /api/v1/."""

from django.urls import path

from stations.recruitment import api

urlpatterns = [path("register/<str:number>/", api.Register.as_view())]
