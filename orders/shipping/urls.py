"""Pages of parcels to the city."""

from django.urls import path

from orders.shipping import views
from orders.shipping.lists import SHIPMENTS

app_name = "shipping"
urlpatterns = [
    path("shipments/", SHIPMENTS.view(), name="shipments"),
    path("shipments/new/", views.new, name="new"),
    *views.SHIPMENT_PAGE.paths("shipments/<uuid:pk>/"),
]
