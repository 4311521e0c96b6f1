"""A parcel to the city goes on: taken back by its sender, given to the carrier, delivered, or back at its station."""

import datetime as dt

from django.db import transaction

from core.errors import WrongState, refused_by, refuses
from core.money import Money
from finance import chart
from finance.fees.services import Sale, accrue_fees
from finance.settlement.services import accrue_payable
from ledger.services import MadeBy
from logistics.parcels.services import cancel_parcel, hand_to_carrier
from orders.shipping.machine import SHIPMENT
from orders.shipping.models import Shipment
from orders.shipping.services.disposing import wait_for_sender
from orders.shipping.services.steps import SERVICE, give_price_back, held, move, tell_sender
from stations.accounts.models import User

_S = Shipment.Status
EVENT = "shipment"


@refuses(WrongState, *refused_by(cancel_parcel), *refused_by(give_price_back))
@transaction.atomic
def cancel_shipment(*, shipment: Shipment, by: User, at: dt.datetime) -> Shipment:
    """Give a parcel back to its sender before it leaves the station; the price is owed back.

    Refused: `wrong_state`, `left_already`.
    """
    shipment = held(shipment)
    SHIPMENT.check("cancel_shipment", shipment.status)
    cancel_parcel(parcel=shipment.parcel, by=by, at=at)
    give_price_back(shipment, at=at)
    return move(shipment, _S.CANCELLED, at=at, by=by)


@refuses(WrongState, *refused_by(hand_to_carrier), *refused_by(accrue_payable))
@transaction.atomic
def hand_on_shipment(*, shipment: Shipment, carrier_number: str, by: User, at: dt.datetime) -> Shipment:
    """Give a parcel that lies at the county centre to its carrier, and everybody their part of the price.

    customer_funds -> commission and revenue by the plan (service `parcel_send`); the rest -> the carrier. Refused:
    `wrong_state`, `not_at_centre`.
    """
    shipment = held(shipment)
    SHIPMENT.check("hand_on_shipment", shipment.status)
    carrier = shipment.tariff.carrier
    hand_to_carrier(parcel=shipment.parcel, carrier=carrier, carrier_number=carrier_number, by=by, at=at)
    _share(shipment, by=by, at=at)
    shipment.handed_on_at = at
    return move(shipment, _S.HANDED_ON, at=at, by=by)


@refuses(WrongState)
@transaction.atomic
def note_delivered(*, shipment: Shipment, at: dt.datetime) -> Shipment:
    """The carrier has delivered it: the sender hears of it. Said again it changes nothing."""
    shipment = held(shipment)
    if not SHIPMENT.allows("note_delivered", shipment.status):
        return shipment
    tell_sender(shipment, "shipment_delivered", at=at)
    return move(shipment, _S.DELIVERED, at=at)


@refuses(WrongState, *refused_by(give_price_back))
@transaction.atomic
def note_returned(*, shipment: Shipment, at: dt.datetime) -> Shipment:
    """It is back at its station: the sender is asked to fetch it. Said again it changes nothing.

    The price goes back where the carrier never had it.
    """
    shipment = held(shipment)
    if not SHIPMENT.allows("note_returned", shipment.status):
        return shipment
    if shipment.handed_on_at is None:
        give_price_back(shipment, at=at)
    wait_for_sender(shipment, at=at)
    tell_sender(shipment, "shipment_returned", at=at)
    return move(shipment, _S.RETURNED, at=at)


@refuses(WrongState)
@transaction.atomic
def hand_back_shipment(*, shipment: Shipment, by: User, at: dt.datetime) -> Shipment:
    """The sender has fetched what could not be delivered. Refused: `wrong_state`."""
    shipment = held(shipment)
    SHIPMENT.check("hand_back_shipment", shipment.status)
    return move(shipment, _S.HANDED_BACK, at=at, by=by)


def _share(shipment: Shipment, *, by: User, at: dt.datetime) -> None:
    station, carrier = shipment.station, shipment.tariff.carrier
    sale = Sale(
        event_type=EVENT,
        event_id=str(shipment.pk),
        service=SERVICE,
        base=shipment.price,
        station=station,
        acted_by=shipment.accepted_by,
        taken_at=shipment.accepted_at,
        party=carrier.code,
    )
    funds = chart.customer_funds(station)
    earned = accrue_fees(sale=sale, source=funds, made_by=MadeBy("person", by.pk), at=at)
    rest = shipment.price - Money(sum(line.amount_minor for line in earned), shipment.currency)
    if rest.minor <= 0:
        return
    keys, country = (chart.carrier(carrier.code), funds), station.county.country
    opened = chart.open_all(keys, country=country, currency=shipment.currency, at=at)
    accrue_payable(
        event_type=EVENT,
        event_id=str(shipment.pk),
        account=opened[keys[0]],
        amount=rest,
        source=opened[funds],
        eligible_at=at,
        explanation={"parcel": shipment.number, "price_minor": shipment.price_minor},
        station=station,
        at=at,
    )
