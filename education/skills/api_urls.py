"""API endpoints of trainings."""

from django.urls import path

from education.skills.api import gates, sessions

urlpatterns = [
    path("gates/", gates.Gates.as_view(), name="api-gates"),
    path("class-sessions/<uuid:pk>/sign-ins/", sessions.SignIns.as_view(), name="api-sign-ins"),
    path("class-sessions/<uuid:pk>/sign-in-sheets/", sessions.KeepSheet.as_view(), name="api-sign-in-sheets"),
]
