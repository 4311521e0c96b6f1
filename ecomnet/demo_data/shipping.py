"""Parcels that residents of one station send to the city, one in each state; and what its county gives for parcels."""

import datetime as dt
import itertools
import json

from core.days import day_in
from core.gateways.services.inbox import apply_callback, store_callback
from core.instants import for_programs
from core.models import Callback, Provider
from core.money import Money
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.drawers import pieces_of
from ecomnet.demo_data.parcels import code_of, send_parcel
from ecomnet.demo_data.reference import CARRIER_SYSTEM
from ecomnet.demo_data.stations import Cast
from finance.payments.services import Tender
from finance.tills.queries import till_balance
from finance.tills.services import open_cash_day
from logistics.parcels.models import Parcel
from logistics.parcels.services import (
    CarrierWord,
    arrive_at_hub,
    collect_parcel,
    load_parcel,
    receive_at_station,
    receive_return_leg,
    record_carrier_scan,
    report_exception,
)
from logistics.routes.models import Carrier
from orders.models import Shipment, ShippingRegion, ShippingStep, ShippingTariff, ShippingZone, SubsidyProgramme
from orders.shipping import services
from orders.shipping.services.accepting import Address
from orders.subsidies.services import accrue_subsidy
from stations.models import Person, Station, User

DAY = dt.timedelta(days=1)
#: zone: names, regions, price of the first kilogram and of each further one, in minor units
ZONES = (
    ("Near", "省内和邻省", ("江苏省", "上海市", "浙江省", "安徽省"), 8_00, 2_00),
    ("Middle", "中部", ("北京市", "广东省", "湖北省", "河南省", "山东省"), 12_00, 5_00),
    ("Far", "偏远", ("新疆维吾尔自治区", "西藏自治区"), 20_00, 14_00),
)
HEAVIEST_KG = 10
#: The third county: the drawers of the first have a story of their own.
COUNTY = "510822"
#: region, grams, declared value in minor units, what became of it
STORY = (
    ("上海市", 1_800, 0, "accepted"),
    ("江苏省", 900, 60_00, "accepted"),
    ("广东省", 3_200, 200_00, "at_centre"),
    ("北京市", 2_400, 0, "handed_on"),
    ("浙江省", 1_200, 0, "delivered"),
    ("安徽省", 1_500, 0, "contradicted"),
    ("湖北省", 700, 0, "returned"),
    ("上海市", 500, 0, "cancelled"),
    ("山东省", 4_000, 80_00, "lost"),
    ("河南省", 600, 0, "disposed"),
)
#: What the county's clerk wrote down when nobody fetched it.
DISPOSAL = "旧衣服两件，逾期未取；经村支书王建国见证，捐给了县慈善会"


def load_shipping(cast: Cast, *, at: dt.datetime) -> None:
    """The tariff of a carrier, the subsidy of the first county, and a parcel of each state."""
    station = station_that_ships(cast)
    partner, clerk = cast.partners[station.pk], cast.clerks[station.county_id]
    open_cash_day(station=station, lines=pieces_of(till_balance(station).minor), by=partner, at=at)
    load_tariff(at=at)
    SubsidyProgramme.objects.create(
        code="parcels-510822",
        name="快递进村补贴",
        division=station.county,
        currency=station.currency,
        inbound_minor=50,
        outbound_minor=1_00,
        budget_minor=50_000_00,
        from_date=day_in(station.zone, at - 30 * DAY),
    )
    _collected(station, clerk, partner, at=at)
    people = Person.objects.living().filter(home_station=station).exclude(phone="").order_by("-pk")
    senders = itertools.cycle(people[: len(STORY)])
    for number, line in enumerate(STORY):
        _sent(station, next(senders), line, number, partner, clerk, at=at)


def station_that_ships(cast: Cast) -> Station:
    """The first station of a village in the county from which parcels go to the city."""
    return next(
        each
        for each in cast.village_stations
        if each.code.startswith(COUNTY)
        and each.kind == Station.Kind.VILLAGE_STATION
        and each.status == Station.Status.ACTIVE
    )


def _collected(station: Station, clerk: User, partner: User, *, at: dt.datetime) -> None:
    """A parcel that its receiver has fetched."""
    parcel = load_parcel(parcel=send_parcel(station, None, clerk, at=at, key="demo-subsidy"), by=clerk, at=at)
    parcel = receive_at_station(parcel=parcel, by=partner, at=at)
    parcel = collect_parcel(parcel=parcel, code=code_of(parcel), by=partner, at=at)
    accrue_subsidy(parcel=parcel, at=at)


def load_tariff(*, at: dt.datetime) -> ShippingTariff:
    """The prices of an invented carrier, for every county."""
    system = Provider.objects.filter(code=CARRIER_SYSTEM).first()
    values = {"name": "江淮快递", "kind": "courier", "system": system}
    carrier, _made = Carrier.objects.get_or_create(code="express", defaults=values)
    tariff = ShippingTariff.objects.create(
        carrier=carrier,
        currency="CNY",
        compensation_ceiling_minor=500_00,
        from_date=day_of(at - 400 * DAY),
    )
    for position, (name, name_zh, regions, first, more) in enumerate(ZONES, start=1):
        zone = ShippingZone.objects.create(tariff=tariff, position=position, name=name, name_zh=name_zh)
        ShippingRegion.objects.bulk_create(ShippingRegion(tariff=tariff, zone=zone, name=each) for each in regions)
        ShippingStep.objects.bulk_create(
            ShippingStep(zone=zone, up_to_g=1_000 * kilogram, price_minor=first + more * (kilogram - 1))
            for kilogram in range(1, HEAVIEST_KG + 1)
        )
    return tariff


def _sent(
    station: Station,
    sender: Person,
    line: tuple[str, int, int, str],
    number: int,
    partner: User,
    clerk: User,
    *,
    at: dt.datetime,
) -> None:
    region, grams, declared, end = line
    shipment = services.accept_shipment(
        station=station,
        sender=sender,
        sender_name=sender.full_name,
        sender_phone=str(sender.phone),
        to=Address(name="王小明", phone="+8613900139000", region=region, street="人民路100号"),
        weight_g=grams,
        declared=Money(declared, station.currency),
        expected=None,
        tender=Tender(payer=sender),
        by=partner,
        at=at,
        key=f"demo-{number}",
    )
    _goes_on(shipment, end, partner, clerk, at=at)


def _goes_on(shipment: Shipment, end: str, partner: User, clerk: User, *, at: dt.datetime) -> None:
    parcel = shipment.parcel
    if end == "accepted":
        return
    if end == "cancelled":
        services.cancel_shipment(shipment=shipment, by=partner, at=at)
        return
    load_parcel(parcel=parcel, by=partner, at=at)
    arrive_at_hub(parcel=parcel, hub=parcel.to_station, by=clerk, at=at)
    if end == "at_centre":
        return
    services.hand_on_shipment(shipment=shipment, carrier_number="YT8841220751", by=clerk, at=at)
    parcel.refresh_from_db()
    accrue_subsidy(parcel=parcel, at=at)
    _say(parcel, CarrierWord.ON_THE_WAY, note="徐州转运中心", at=at)
    if end in ("delivered", "contradicted"):
        _say(parcel, CarrierWord.DELIVERED, at=at)
        services.note_delivered(shipment=shipment, at=at)
    if end == "contradicted":
        _say(parcel, CarrierWord.BROUGHT_BACK, note="收件人说没有收到", at=at)
    parcel.refresh_from_db()
    if end in ("returned", "disposed"):
        record_carrier_scan(parcel=parcel, word=CarrierWord.BROUGHT_BACK, note="查无此人", by=clerk, at=at)
        receive_return_leg(parcel=parcel, by=clerk, at=at)
        services.note_returned(shipment=shipment, at=at)
    if end == "disposed":
        # A demonstration waits for nobody: the days in which its sender can fetch it were over yesterday.
        Shipment.objects.filter(pk=shipment.pk).update(fetch_until_date=day_in(shipment.station.zone, at - DAY))
        services.dispose_of_shipment(shipment=shipment, record=DISPOSAL, by=clerk, at=at)
    if end == "lost":
        report_exception(parcel=parcel, exception="lost", reason="快递公司说找不到", by=clerk, at=at)
        services.note_lost(shipment=shipment, at=at)


def _say(parcel: Parcel, word: CarrierWord, *, note: str | None = None, at: dt.datetime) -> None:
    """The carrier's own system says where the parcel is."""
    event_id, provider = f"demo-{parcel.number}-{word}", Provider.objects.get(code=CARRIER_SYSTEM)
    event = {
        "event_id": event_id,
        "event_type": f"parcel.{word}",
        "occurred_at": for_programs(at),
        "data": {"our_ref": parcel.number, "note": note},
    }
    store_callback(provider=provider, headers={}, body=json.dumps(event).encode(), at=at)
    apply_callback(callback=Callback.objects.get(provider=provider, event_id=event_id), at=at)
