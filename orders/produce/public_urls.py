"""What anybody opens with the code on a box of produce."""

from django.urls import path

from orders.produce.views import passports

urlpatterns = [
    path("<str:code>/", passports.passport, name="lot_passport"),
    path("<str:code>/qr/", passports.qr, name="lot_passport_qr"),
]
