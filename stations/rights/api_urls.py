"""Endpoints of rights, below /api/v1/."""

from django.urls import path

from stations.rights import api

urlpatterns = [
    path("people/<uuid:person_id>/export/", api.RequestExport.as_view()),
    path("people/<uuid:person_id>/erasure/", api.RequestErasure.as_view()),
    path("person-requests/<int:request_id>/withdraw/", api.WithdrawErasure.as_view()),
]
