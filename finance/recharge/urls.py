"""Pages of recharges."""

from django.urls import path

from finance.recharge import views

app_name = "recharge"
urlpatterns = [
    path("", views.choose, name="choose"),
    path("check/", views.check, name="check"),
    path("pay/", views.pay, name="pay"),
]
