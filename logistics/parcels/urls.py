"""Pages of parcels."""

from django.urls import path

from logistics.parcels import views
from logistics.parcels.lists import PARCELS

app_name = "parcels"
urlpatterns = [
    path("", PARCELS.view(), name="parcels"),
    path("hand-over/", views.hand_over, name="hand_over"),
    path("scan/", views.scan, name="scan"),
    path("new/", views.register, name="register"),
    *views.PARCEL_PAGE.paths("<uuid:pk>/"),
    path("<uuid:pk>/label/", views.label, name="label"),
    path("<uuid:pk>/label/qr/", views.label_qr, name="label_qr"),
    path("<uuid:pk>/label/bars/", views.label_bars, name="label_bars"),
]
