"""Endpoints of the archive, below /api/v1/."""

from django.urls import path

from stations.archive import api

urlpatterns = [
    path("archive-proposals/", api.Proposals.as_view()),
    path("archive-proposals/<int:proposal_id>/archive/", api.ArchiveProposed.as_view()),
    path("archive-proposals/<int:proposal_id>/keep/", api.KeepProposed.as_view()),
]
