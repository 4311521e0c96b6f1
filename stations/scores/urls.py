"""Pages of scores, at the root."""

from django.urls import path

from stations.scores import views
from stations.scores.lists import SCORES

app_name = "scores"
urlpatterns = [
    path("score/", views.score, name="score"),
    path("county/warnings/", SCORES.view(), name="county"),
    path("county/stations/<str:code>/score/", views.station_score, name="station"),
]
