"""Pages of stations, at the root."""

from django.urls import path

from stations.network import views

app_name = "network"
urlpatterns = [
    path("s/<str:code>", views.sign, name="sign"),
    path("s/<str:code>/picture/", views.sign_picture, name="sign_picture"),
    path("station/", views.own_station, name="station"),
    path("station/exception/", views.exception, name="exception"),
    path("station/closing/", views.closing, name="closing"),
    path("station/sign/", views.paper_sign, name="paper_sign"),
    path("county/stations/", views.county_stations, name="county_stations"),
    path("county/stations/<str:code>/", views.county_station, name="county_station"),
    path("county/stations/<str:code>/hours/", views.hours, name="hours"),
    path("county/stations/<str:code>/services/<slug:service>/<str:way>/", views.switch, name="switch"),
    path("county/stations/<str:code>/<slug:slug>/", views.move, name="move"),
    path("county/pauses/new/", views.pause, name="pause"),
    path("county/pauses/<int:pause_id>/end/", views.end_pause, name="end_pause"),
]
