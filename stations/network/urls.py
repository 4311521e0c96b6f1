"""Pages of stations, at the root."""

from django.urls import path

from stations.network.lists import STATIONS
from stations.network.views import closing, counties, own, public

app_name = "network"
urlpatterns = [
    path("s/<str:code>", public.sign, name="sign"),
    path("s/<str:code>/picture/", public.sign_picture, name="sign_picture"),
    path("station/", own.own_station, name="station"),
    path("station/seen/", own.seen, name="seen"),
    path("station/exception/", own.exception, name="exception"),
    path("station/closing/", own.closing, name="closing"),
    path("station/reopening/", own.reopening, name="reopening"),
    path("station/sign/", own.paper_sign, name="paper_sign"),
    path("county/stations/", STATIONS.view(), name="county_stations"),
    path("county/stations/<str:code>/", counties.county_station, name="county_station"),
    path("county/stations/<str:code>/hours/", counties.hours, name="hours"),
    path("county/stations/<str:code>/services/<slug:service>/<str:way>/", counties.switch, name="switch"),
    path("county/stations/<str:code>/close/", closing.close, name="close"),
    path(
        "county/stations/<str:code>/closings/<int:closing_id>/confirm/",
        closing.confirm_closing,
        name="confirm_closing",
    ),
    path(
        "county/stations/<str:code>/closings/<int:closing_id>/withdraw/",
        closing.withdraw_closing,
        name="withdraw_closing",
    ),
    path("county/stations/<str:code>/<slug:slug>/", counties.move, name="move"),
    path("county/pauses/new/", counties.pause, name="pause"),
    path("county/pauses/<int:pause_id>/end/", counties.end_pause, name="end_pause"),
]
