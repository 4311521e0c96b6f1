"""Pages of accounts, at the root."""

from django.urls import path

from stations.accounts.lists import EMERGENCIES, POSTS
from stations.accounts.views import account, devices, posts, sign_in

app_name = "accounts"
urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/first/", sign_in.first_sign_in, name="first_sign_in"),
    path("sign-in/code/", sign_in.ask_code, name="ask_code"),
    path("sign-in/forgotten/", sign_in.forgotten, name="forgotten"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("me/", account.me, name="me"),
    path("me/pin/", account.pin, name="pin"),
    path("me/password/", account.password, name="password"),
    path("me/second-factor/", account.second_factor, name="second_factor"),
    path("me/second-factor/picture/", account.second_factor_picture, name="second_factor_picture"),
    path("me/devices/<uuid:device_id>/revoke/", account.revoke_device, name="revoke_device"),
    path("me/end-sessions/", account.end_sessions, name="end_sessions"),
    path("county/posts/", POSTS.view(), name="posts"),
    path("county/posts/new/", posts.appoint, name="appoint_post"),
    path("county/posts/emergency/", posts.break_glass, name="break_glass"),
    path("county/posts/emergencies/", EMERGENCIES.view(), name="emergencies"),
    path("county/posts/<int:post_id>/", posts.post, name="post"),
    path("county/posts/<int:post_id>/review/", posts.review, name="review_post"),
    path("county/posts/<int:post_id>/end/", posts.end, name="end_post"),
    path("county/posts/<int:post_id>/code/", posts.issue_code, name="issue_code"),
    path("devices/<uuid:device_id>/", devices.device, name="device"),
    path("devices/<uuid:device_id>/<slug:slug>/", devices.move_device, name="move_device"),
]
