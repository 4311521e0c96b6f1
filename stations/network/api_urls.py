"""Endpoints of stations, below /api/v1/."""

from django.urls import path

from stations.network.api import closing, life, public, switches

urlpatterns = [
    path("stations/", life.PlanStation.as_view()),
    path("stations/near/", public.StationsNear.as_view()),
    path("stations/<str:code>/", public.OneStation.as_view()),
    path("stations/<str:code>/heartbeat/", life.Heartbeat.as_view()),
    path("stations/<str:code>/fit-out/", life.FitOut.as_view()),
    path("stations/<str:code>/start-trial/", life.StartTrial.as_view()),
    path("stations/<str:code>/activate/", life.Activate.as_view()),
    path("stations/<str:code>/close-temporarily/", life.CloseTemporarily.as_view()),
    path("stations/<str:code>/reopen/", life.Reopen.as_view()),
    path("stations/<str:code>/suspend/", life.Suspend.as_view()),
    path("stations/<str:code>/lift-suspension/", life.LiftSuspension.as_view()),
    path("stations/<str:code>/close/", closing.AskClosing.as_view()),
    path("station-closings/<int:closing_id>/confirm/", closing.ConfirmClosing.as_view()),
    path("station-closings/<int:closing_id>/withdraw/", closing.WithdrawClosing.as_view()),
    path("stations/<str:code>/services/<slug:service>/on/", switches.SwitchOn.as_view()),
    path("stations/<str:code>/services/<slug:service>/off/", switches.SwitchOff.as_view()),
    path("service-pauses/", switches.PauseService.as_view()),
    path("service-pauses/<int:pause_id>/end/", switches.EndPause.as_view()),
]
