"""Endpoints of scores, below /api/v1/."""

from django.urls import path

from stations.scores import api

urlpatterns = [
    path("station-scores/", api.Scores.as_view()),
    path("early-warnings/", api.Warnings.as_view()),
]
