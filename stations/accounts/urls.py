"""Pages of accounts, at the root."""

from django.urls import path

from stations.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/first/", views.first_sign_in, name="first_sign_in"),
    path("sign-in/code/", views.ask_code, name="ask_code"),
    path("sign-in/forgotten/", views.forgotten, name="forgotten"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("me/", views.me, name="me"),
    path("me/pin/", views.pin, name="pin"),
    path("me/password/", views.password, name="password"),
    path("me/second-factor/", views.second_factor, name="second_factor"),
    path("me/second-factor/picture/", views.second_factor_picture, name="second_factor_picture"),
    path("me/devices/<uuid:device_id>/revoke/", views.revoke_device, name="revoke_device"),
    path("me/end-sessions/", views.end_sessions, name="end_sessions"),
]
