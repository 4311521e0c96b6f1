"""The page of the archive, at the root."""

from django.urls import path

from stations.archive import views

app_name = "archive"
urlpatterns = [path("county/people/archive/", views.proposals, name="proposals")]
