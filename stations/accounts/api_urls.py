"""Endpoints of accounts, below /api/v1/."""

from django.urls import path

from stations.accounts.api import codes, devices, me, posts, tokens

urlpatterns = [
    path("device-tokens/", tokens.GiveToken.as_view()),
    path("device-tokens/end/", tokens.EndToken.as_view()),
    path("devices/", devices.Devices.as_view()),
    path("devices/<uuid:device_id>/quarantine/", devices.QuarantineDevice.as_view()),
    path("devices/<uuid:device_id>/release/", devices.ReleaseDevice.as_view()),
    path("devices/<uuid:device_id>/revoke/", devices.RevokeDevice.as_view()),
    path("me/", me.Me.as_view()),
    path("me/choose-language/", me.ChooseLanguage.as_view()),
    path("me/choose-text-size/", me.ChooseTextSize.as_view()),
    path("me/end-sessions/", me.EndMySessions.as_view()),
    path("posts/", posts.Posts.as_view()),
    path("posts/break-glass/", posts.BreakGlass.as_view()),
    path("posts/<int:post_id>/end/", posts.EndPost.as_view()),
    path("posts/<int:post_id>/review/", posts.ReviewPost.as_view()),
    path("users/<str:username>/issue-login-code/", codes.IssueLoginCode.as_view()),
]
