"""Parcels to the city over the API."""

from orders.shipping.api.shipments import (
    CancelShipment,
    CompensateShipment,
    DisposeOfShipment,
    HandBackShipment,
    HandOnShipment,
    ShipmentDetail,
    ShipmentQuotes,
    Shipments,
)
