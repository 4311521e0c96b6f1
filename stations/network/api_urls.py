"""Endpoints of stations, below /api/v1/."""

from django.urls import path

from stations.network import api

urlpatterns = [
    path("stations/", api.PlanStation.as_view()),
    path("stations/near/", api.StationsNear.as_view()),
    path("stations/<str:code>/", api.OneStation.as_view()),
    path("stations/<str:code>/heartbeat/", api.Heartbeat.as_view()),
    path("stations/<str:code>/fit-out/", api.FitOut.as_view()),
    path("stations/<str:code>/start-trial/", api.StartTrial.as_view()),
    path("stations/<str:code>/activate/", api.Activate.as_view()),
    path("stations/<str:code>/close-temporarily/", api.CloseTemporarily.as_view()),
    path("stations/<str:code>/reopen/", api.Reopen.as_view()),
    path("stations/<str:code>/suspend/", api.Suspend.as_view()),
    path("stations/<str:code>/lift-suspension/", api.LiftSuspension.as_view()),
    path("stations/<str:code>/close/", api.AskClosing.as_view()),
    path("station-closings/<int:closing_id>/confirm/", api.ConfirmClosing.as_view()),
    path("station-closings/<int:closing_id>/withdraw/", api.WithdrawClosing.as_view()),
    path("stations/<str:code>/services/<slug:service>/on/", api.SwitchOn.as_view()),
    path("stations/<str:code>/services/<slug:service>/off/", api.SwitchOff.as_view()),
    path("service-pauses/", api.PauseService.as_view()),
    path("service-pauses/<int:pause_id>/end/", api.EndPause.as_view()),
]
