"""The verbs of parcels to the city."""

from orders.shipping.services.accepting import (
    AddressIncomplete,
    NoCentre,
    NoShippingTariff,
    RegionNotServed,
    TooHeavy,
    accept_shipment,
    quote_shipment,
)
from orders.shipping.services.compensating import (
    CompensatedAlready,
    CompensationTooMuch,
    NotDamaged,
    compensate_shipment,
    note_lost,
)
from orders.shipping.services.disposing import WaitsForSender, dispose_of_shipment, remind_sender
from orders.shipping.services.ending import (
    cancel_shipment,
    hand_back_shipment,
    hand_on_shipment,
    note_delivered,
    note_returned,
)
from orders.shipping.services.forgetting import forget_person, forget_senders
