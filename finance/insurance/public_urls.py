"""What anybody may look up: the register of funds and payouts."""

from django.urls import path

from finance.insurance.views import register

app_name = "register"
urlpatterns = [
    path("", register.register, name="register"),
    path("payouts/", register.payouts_file, name="payouts-file"),
]
