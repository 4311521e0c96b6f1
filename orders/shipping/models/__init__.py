"""What is stored of parcels that villagers send: prices, and what was paid."""

from orders.shipping.models.shipments import Shipment
from orders.shipping.models.tariffs import ShippingRegion, ShippingStep, ShippingTariff, ShippingZone
