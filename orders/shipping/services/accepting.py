"""A villager brings a parcel for the city: weighed, priced by the county's tariff, paid, labelled."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.database.db import atomic_but_tries
from core.days import day_in
from core.errors import QuoteChanged, Refused, refused_by, refuses
from core.fields import uuid7
from core.history import record_change
from core.language.reasons import needs_words
from core.money import Money, zero
from finance.fees.services import Sale
from finance.payments.models import Payment
from finance.payments.services import CounterSale, Tender, sell
from logistics.parcels.models import Parcel
from logistics.parcels.services import create_parcel
from orders.shipping.models import Shipment, ShippingRegion, ShippingTariff
from orders.shipping.queries import ShippingPrice, price_of, tariff_at
from orders.shipping.services.steps import SERVICE
from stations.accounts.models import User
from stations.network.models import Station
from stations.network.queries import centre_of
from stations.network.services import refuse_unless_open
from stations.people.masking import mask_name
from stations.people.models import Person

#: What is paid at the counter earns nobody anything: commission comes when the carrier has the parcel.
PART = "parcel_send.part"


class NoShippingTariff(Refused):
    """Nobody takes parcels on to the city here."""

    code = "no_shipping_tariff"
    message = _("No prices are set for parcels to the city in this county.")


class NoCentre(Refused):
    """The carrier fetches parcels at the county centre."""

    code = "no_county_centre"
    message = _("This county has no centre where a carrier fetches parcels.")


class RegionNotServed(Refused):
    """The carrier does not deliver there."""

    code = "region_not_served"
    status = 422
    message = _("The carrier does not deliver to this region.")


class TooHeavy(Refused):
    """More than the carrier takes."""

    code = "too_heavy"
    status = 422
    message = _("The carrier takes no parcel of %(weight)s g to this region.")


class AddressIncomplete(Refused):
    """A carrier needs an address, a name and a phone."""

    code = "address_incomplete"
    status = 422
    message = _("The carrier needs the address, the name and the phone of the receiver.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Who receives it in the city, and where: the region is a line of the tariff."""

    name: str
    phone: str
    region: str
    street: str


@dataclass(frozen=True, kw_only=True)
class ShipmentSale(CounterSale):
    """One parcel to the city, weighed and priced."""

    purpose = Payment.Purpose.PARCEL

    shipment: Shipment
    parcel: Parcel
    price: ShippingPrice

    def for_fees(self, *, by: User, at: dt.datetime) -> Sale:
        """At the counter nobody earns anything yet."""
        return Sale(
            event_type="payment",
            event_id="",
            service=PART,
            base=self.amount,
            station=self.station,
            acted_by=by,
            taken_at=at,
        )

    def slip_lines(self) -> list[dict[str, Any]]:
        """Number, carrier, where it goes, for whom, how heavy, and what is paid when it is lost."""
        region, shipment = self.price.region, self.shipment
        return [
            {"name": "parcel", "label": {"en": "Parcel number", "zh-hans": "快递单号"}, "value": self.parcel.number},
            {
                "name": "carrier",
                "label": {"en": "Carrier", "zh-hans": "快递公司"},
                "value": self.price.tariff.carrier.name,
            },
            {
                "name": "region",
                "label": {"en": "Goes to", "zh-hans": "寄往"},
                "value": region.name,
            },
            {
                "name": "receiver",
                "label": {"en": "Receiver", "zh-hans": "收件人"},
                "value": mask_name(self.parcel.receiver_name),
            },
            {"name": "weight", "label": {"en": "Weight", "zh-hans": "重量"}, "value": f"{shipment.weight_g} g"},
            {
                "name": "limit",
                "label": {"en": "If it is lost", "zh-hans": "丢失赔偿"},
                "value": str(shipment.limit),
            },
        ]

    def store(self, payment: Payment) -> None:
        """The parcel to the city, with the payment that paid it."""
        self.shipment.payment = payment
        self.shipment.save(force_insert=True)


@refuses(NoShippingTariff, RegionNotServed, TooHeavy)
def quote_shipment(*, station: Station, region: str, weight_g: int, at: dt.datetime) -> ShippingPrice:
    """What so many grams to a region (by its name in the tariff) cost at this station today.

    Refused: `no_shipping_tariff`, `region_not_served`, `too_heavy`.
    """
    return _price(_tariff(station, at=at), region, weight_g)


@refuses(
    NoShippingTariff,
    NoCentre,
    RegionNotServed,
    TooHeavy,
    AddressIncomplete,
    QuoteChanged,
    *refused_by(refuse_unless_open),
    *refused_by(create_parcel),
    *refused_by(sell),
)
@needs_words("sender_name")
@atomic_but_tries
def accept_shipment(
    *,
    station: Station,
    sender: Person | None,
    sender_name: str,
    sender_phone: str,
    to: Address,
    weight_g: int,
    declared: Money | None,
    expected: Money | None,
    tender: Tender,
    by: User,
    at: dt.datetime,
    key: str,
) -> Shipment:
    """Accept a parcel for the city and take its price; the same key again gives the parcel that was accepted.

    `weight_g` is what the scale says, `declared` what the sender says that it is worth, `expected` the
    price that was shown. Refused: `service_not_open`,
    `no_shipping_tariff`, `no_county_centre`, `region_not_served`, `too_heavy`, `address_incomplete`, and those of
    taking money.
    """
    refuse_unless_open(station, SERVICE, by=by, at=at)
    own_key = f"{by.pk}:{key}"
    stands = Shipment.objects.filter(key=own_key).first()
    if stands is not None:
        return stands
    _refuse_incomplete(to)
    price = _price(_tariff(station, at=at), to.region, weight_g)
    if expected is not None and expected != price.price:
        raise QuoteChanged(total=str(price.price))
    pk = uuid7()
    parcel = _parcel(pk, station, to, weight_g, by=by, at=at, key=own_key)
    declared = declared or zero(price.price.currency)
    shipment = Shipment(
        id=pk,
        key=own_key,
        parcel=parcel,
        number=parcel.number,
        station=station,
        sender=sender,
        sender_name=sender_name,
        sender_phone=sender_phone,
        tariff=price.tariff,
        region=price.region,
        weight_g=weight_g,
        price_minor=price.price.minor,
        currency=price.price.currency,
        declared_minor=declared.minor,
        limit_minor=price.limit(declared).minor,
        accepted_at=at,
        accepted_by=by,
    )
    sale = ShipmentSale(
        station=station, amount=price.price, subject_ref=parcel.number, shipment=shipment, parcel=parcel, price=price
    )
    sell(sale=sale, tender=tender, by=by, at=at, key=key)
    record_change(shipment, old="", new=shipment.status, at=at, actor=by.pk)
    return shipment


def _parcel(pk: UUID, station: Station, to: Address, weight_g: int, *, by: User, at: dt.datetime, key: str) -> Parcel:
    return create_parcel(
        from_station=station,
        to_station=_centre_of(station),
        contents_ref=pk,
        receiver=None,
        receiver_name=to.name,
        receiver_phone=to.phone,
        outside_address=f"{to.region} {to.street}",
        cash_due=zero(station.currency),
        weight_g=weight_g,
        by=by,
        at=at,
        key=f"shipment:{key}",
    )


@refuses(NoShippingTariff)
def _tariff(station: Station, *, at: dt.datetime) -> ShippingTariff:
    found = tariff_at(station, on=day_in(station.zone, at))
    if found is None:
        raise NoShippingTariff
    return found


@refuses(RegionNotServed, TooHeavy)
def _price(tariff: ShippingTariff, region: str, weight_g: int) -> ShippingPrice:
    row = ShippingRegion.objects.select_related("zone").filter(tariff=tariff, name=region).first()
    if row is None:
        raise RegionNotServed(field="region")
    price = price_of(tariff, row, weight_g) if weight_g > 0 else None
    if price is None:
        raise TooHeavy(field="weight_g", weight=weight_g)
    return price


@refuses(AddressIncomplete)
def _refuse_incomplete(to: Address) -> None:
    for name in ("name", "phone", "street"):
        if not getattr(to, name).strip():
            raise AddressIncomplete(field=name)


@refuses(NoCentre)
def _centre_of(station: Station) -> Station:
    found = centre_of(station.county_id)
    if found is None:
        raise NoCentre
    return found
