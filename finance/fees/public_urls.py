"""What anybody may look up: the prices of a station."""

from django.urls import path

from finance.fees.views import tariffs

app_name = "prices"
urlpatterns = [
    path("<str:code>/tariff/", tariffs.public_tariff, name="tariff"),
    path("<str:code>/tariff/picture/", tariffs.tariff_picture, name="tariff_picture"),
]
