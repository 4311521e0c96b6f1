"""API endpoints of learners."""

from django.urls import path

from education.learners import api

urlpatterns = [
    path("learners/<uuid:pk>/record/", api.LearnerRecord.as_view(), name="api-learner-record"),
]
