"""Endpoints of merges, below /api/v1/."""

from django.urls import path

from stations.duplicates import api

urlpatterns = [
    path("people/merge/", api.ProposeMerge.as_view()),
    path("person-merges/", api.Merges.as_view()),
    path("person-merges/<int:merge_id>/approve/", api.ApproveMerge.as_view()),
    path("person-merges/<int:merge_id>/refuse/", api.RefuseMerge.as_view()),
    path("person-merges/<int:merge_id>/undo/", api.UndoMerge.as_view()),
]
