"""Endpoints of accounts, below /api/v1/."""

from django.urls import path

from stations.accounts import api

urlpatterns = [
    path("device-tokens/", api.GiveToken.as_view()),
    path("device-tokens/end/", api.EndToken.as_view()),
    path("devices/", api.Devices.as_view()),
    path("devices/<uuid:device_id>/quarantine/", api.QuarantineDevice.as_view()),
    path("devices/<uuid:device_id>/release/", api.ReleaseDevice.as_view()),
    path("devices/<uuid:device_id>/revoke/", api.RevokeDevice.as_view()),
    path("me/", api.Me.as_view()),
    path("me/choose-language/", api.ChooseLanguage.as_view()),
    path("me/choose-text-size/", api.ChooseTextSize.as_view()),
    path("me/end-sessions/", api.EndMySessions.as_view()),
    path("posts/", api.Posts.as_view()),
    path("posts/break-glass/", api.BreakGlass.as_view()),
    path("posts/<int:post_id>/end/", api.EndPost.as_view()),
    path("posts/<int:post_id>/review/", api.ReviewPost.as_view()),
    path("users/<str:username>/issue-login-code/", api.IssueLoginCode.as_view()),
]
