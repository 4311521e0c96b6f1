"""API endpoints of trainings."""

from django.urls import path

from education.skills.api import sessions

urlpatterns = [
    path("class-sessions/<uuid:pk>/sign-ins/", sessions.SignIns.as_view(), name="api-sign-ins"),
    path("class-sessions/<uuid:pk>/sign-in-sheets/", sessions.KeepSheet.as_view(), name="api-sign-in-sheets"),
]
