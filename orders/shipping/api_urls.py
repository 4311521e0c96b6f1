"""API endpoints of parcels to the city."""

from django.urls import path

from orders.shipping import api

urlpatterns = [
    path("shipment-quotes/", api.ShipmentQuotes.as_view(), name="api-shipment-quotes"),
    path("shipments/", api.Shipments.as_view(), name="api-shipments"),
    path("shipments/<uuid:pk>/", api.ShipmentDetail.as_view(), name="api-shipment"),
    path("shipments/<uuid:pk>/cancel/", api.CancelShipment.as_view(), name="api-shipment-cancel"),
    path("shipments/<uuid:pk>/hand-on/", api.HandOnShipment.as_view(), name="api-shipment-hand-on"),
    path("shipments/<uuid:pk>/hand-back/", api.HandBackShipment.as_view(), name="api-shipment-hand-back"),
    path("shipments/<uuid:pk>/dispose/", api.DisposeOfShipment.as_view(), name="api-shipment-dispose"),
    path("shipments/<uuid:pk>/compensate/", api.CompensateShipment.as_view(), name="api-shipment-compensate"),
]
