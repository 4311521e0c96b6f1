"""A counter that takes parcels for the city, and parcels in any state, made by the services of the field."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.utils.timezone import now

from core.money import Money
from finance import chart
from finance.models import Payment
from finance.payments.services import Tender
from logistics.parcels.services import arrive_at_hub, create_parcel, load_parcel, record_carrier_scan, report_exception
from logistics.routes.models import Carrier
from orders.models import Shipment, ShippingRegion, ShippingStep, ShippingTariff, ShippingZone, SubsidyProgramme
from orders.shipping.services import accept_shipment, hand_on_shipment
from orders.shipping.services.accepting import Address
from stations.models import Person, Station, User
from tests.factories.finance import LONG_AGO_DATE, Desk, desk, payer_at, plan_of, switch_on
from tests.factories.refunds import photo_by
from tests.factories.stations import county_clerk_of, county_manager_of

CARRIER = chart.carrier("express")
#: The carrier leaves 20 % of the price: partner 70 % of it, county 15 %, the rest to the platform.
TWENTY_PERCENT = {
    "service": "parcel_send",
    "total_kind": "percent",
    "total_value": 2_000,
    "shares": [("partner", "percent_of_total", 7_000), ("county", "percent_of_total", 1_500)],
}


@dataclass
class Counter(Desk):
    """A station that takes parcels for the city, and the people of its county."""

    clerk: User
    manager: User
    sender: Person


def tariff(*, currency: str = "CNY", ceiling: int = 500_00, **values: Any) -> ShippingTariff:
    """Near: 8.00 up to 1 kg, 10.00 up to 2 kg; far: 20.00 up to 1 kg."""
    carrier, _made = Carrier.objects.get_or_create(code="express", defaults={"name": "江淮快递", "kind": "courier"})
    made = ShippingTariff.objects.create(
        **{
            "carrier": carrier,
            "currency": currency,
            "compensation_ceiling_minor": ceiling,
            "from_date": LONG_AGO_DATE,
            **values,
        }
    )
    zones = {"near": ("上海市", {1_000: 8_00, 2_000: 10_00}), "far": ("西藏自治区", {1_000: 20_00})}
    for position, (name, (region, steps)) in enumerate(zones.items(), start=1):
        zone = ShippingZone.objects.create(tariff=made, position=position, name=name, name_zh=name)
        ShippingRegion.objects.create(tariff=made, zone=zone, name=region)
        for up_to_g, minor in steps.items():
            ShippingStep.objects.create(zone=zone, up_to_g=up_to_g, price_minor=minor)
    return made


def counter(*, currency: str = "CNY", **station: Any) -> Counter:
    """A station with its till open, a tariff and a plan of commission."""
    ready = desk(mode="postpaid", currency=currency, **station)
    county = ready.station.county
    plan_of(dict(TWENTY_PERCENT), currency=currency, country=county.country)
    switch_on(ready.station, "parcel_send")
    tariff(currency=currency)
    clerk, manager = county_clerk_of(county), county_manager_of(county)
    return Counter(ready.station, ready.partner, clerk=clerk, manager=manager, sender=payer_at(ready))


def accepted(ready: Counter, *, declared: int = 0, at: dt.datetime | None = None, **values: Any) -> Shipment:
    """A parcel of 1.8 kg to Shanghai that lies at the station; 10.00 were paid."""
    currency = ready.station.currency
    return accept_shipment(
        **{
            "station": ready.station,
            "sender": ready.sender,
            "sender_name": "王秀英",
            "sender_phone": "+8613800138000",
            "to": Address(name="王小明", phone="+8613900139000", region="上海市", street="张江路100号"),
            "weight_g": 1_800,
            "declared": Money(declared, currency) if declared else None,
            "expected": None,
            "tender": Tender(payer=ready.sender),
            "by": ready.partner,
            "at": at or now(),
            "key": uuid4().hex,
            **values,
        }
    )


def at_centre(ready: Counter, shipment: Shipment, *, at: dt.datetime | None = None) -> Shipment:
    """It lies at the county centre."""
    load_parcel(parcel=shipment.parcel, by=ready.partner, at=at or now())
    arrive_at_hub(parcel=shipment.parcel, hub=shipment.parcel.to_station, by=ready.clerk, at=at or now())
    return shipment


def handed_on(ready: Counter, shipment: Shipment | None = None, *, at: dt.datetime | None = None) -> Shipment:
    """The carrier has it, and everybody their part of the price."""
    found = at_centre(ready, shipment or accepted(ready, at=at), at=at)
    return hand_on_shipment(shipment=found, carrier_number="YT75", by=ready.clerk, at=at or now())


def says(ready: Counter, shipment: Shipment, word: str) -> None:
    """The carrier says something of it."""
    record_carrier_scan(parcel=shipment.parcel, word=word, by=ready.clerk, at=now())


def in_trouble(ready: Counter, shipment: Shipment, exception: str) -> None:
    """Lost, or damaged with a photo."""
    photo = photo_by(ready.clerk) if exception == "damaged" else None
    report_exception(
        parcel=shipment.parcel, exception=exception, reason="箱子破了", photo=photo, by=ready.clerk, at=now()
    )


def programme(ready: Counter, *, budget: int = 100_00, inbound: int = 50, outbound: int = 1_00) -> SubsidyProgramme:
    """What the county gives for parcels: 0.50 for one that is handed over, 1.00 for one that goes to the city."""
    return SubsidyProgramme.objects.create(
        code=f"parcels-{ready.station.county.code[:6]}",
        name="快递进村补贴",
        division=ready.station.county,
        currency=ready.station.currency,
        inbound_minor=inbound,
        outbound_minor=outbound,
        budget_minor=budget,
        from_date=LONG_AGO_DATE,
    )


def row_of(station: Station, by: User, **values: Any) -> Shipment:
    """A parcel to the city in any state, paid by one of the station's payments: its drawer need not be open."""
    status = values.get("status", "accepted")
    known = Shipment.objects.filter(station=station, status=status).first()
    if known is not None:
        return known
    parcel = create_parcel(
        from_station=station,
        to_station=station.parent or station,
        contents_ref=uuid4(),
        receiver=None,
        receiver_name="王小明",
        receiver_phone="+8613900139000",
        outside_address="上海市 张江路100号",
        cash_due=Money(0, station.currency),
        weight_g=1_800,
        by=by,
        at=now(),
        key=uuid4().hex,
    )
    used = ShippingTariff.objects.first() or tariff()
    return Shipment.objects.create(
        **{
            "key": parcel.key,
            "parcel": parcel,
            "number": parcel.number,
            "station": station,
            "sender_name": "王秀英",
            "tariff": used,
            "region": used.regions.order_by("pk")[0],
            "weight_g": 1_800,
            "price_minor": 10_00,
            "currency": station.currency,
            "limit_minor": 30_00,
            "payment": Payment.objects.filter(station=station, shipment=None, status="succeeded").order_by("pk")[0],
            "accepted_at": now(),
            "accepted_by": by,
            "fetch_until_date": dt.date(2099, 1, 1) if status == "returned" else None,
            **values,
        }
    )
