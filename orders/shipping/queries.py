"""Questions about parcels to the city: what they cost, and what is stored of them."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from core.money import Money
from core.web.ranges import holds_on
from logistics.parcels.models import ParcelEvent
from orders.shipping.models import Shipment, ShippingRegion, ShippingTariff
from orders.shipping.models.shipments import ShipmentQuerySet
from stations.network.models import Station


@dataclass(frozen=True, slots=True)
class ShippingPrice:
    """What a parcel to a region costs, and what is paid at most when it is lost or damaged."""

    tariff: ShippingTariff
    region: ShippingRegion
    up_to_g: int
    price: Money

    def limit(self, declared: Money) -> Money:
        """What the sender declared, up to the tariff's ceiling; else so many times the price."""
        worth = declared.minor or self.price.minor * self.tariff.undeclared_times
        return Money(max(min(worth, self.tariff.compensation_ceiling_minor), 1), self.price.currency)


def tariff_at(station: Station, *, on: dt.date) -> ShippingTariff | None:
    """The tariff of a station's county on a day, in its currency; else the one of every county; None without one."""
    rows = ShippingTariff.objects.select_related("carrier").filter(
        Q(division=station.county_id) | Q(division=None),
        holds_on(on),
        currency=station.currency,
        carrier__is_active=True,
    )
    return rows.order_by(F("division").asc(nulls_last=True)).first()


def regions_of(tariff: ShippingTariff) -> QuerySet[ShippingRegion]:
    """Where this carrier delivers, by zone and name."""
    return tariff.regions.select_related("zone").order_by("zone__position", "name")


def price_of(tariff: ShippingTariff, region: ShippingRegion, weight_g: int) -> ShippingPrice | None:
    """What so many grams cost to this region; None where they are more than the carrier takes."""
    step = region.zone.steps.filter(up_to_g__gte=weight_g).order_by("up_to_g").first()
    if step is None:
        return None
    return ShippingPrice(tariff, region, step.up_to_g, Money(step.price_minor, tariff.currency))


def _reports() -> QuerySet[ParcelEvent]:
    """What was reported with a photo, the first report first; later trouble of another kind hides none."""
    return ParcelEvent.objects.filter(kind=ParcelEvent.Kind.TROUBLE, photo__isnull=False).order_by("sequence")


def damage_of(parcel: UUID) -> QuerySet[ParcelEvent]:
    """What was reported of one parcel with a photo, the first report first."""
    return _reports().filter(parcel=parcel)


def damaged(rows: ShipmentQuerySet) -> ShipmentQuerySet:
    """Those of which damage was reported and not compensated yet."""
    return rows.filter(Exists(_reports().filter(parcel=OuterRef("parcel"))), compensated_minor=0)


def shipments() -> ShipmentQuerySet:
    """With what a row shows of other tables."""
    rows: ShipmentQuerySet = Shipment.objects.select_related(
        *("station__county", "sender", "tariff__carrier", "region", "accepted_by", "compensated_by", "disposed_by"),
        *("parcel__to_station", "parcel__outside_carrier", "payment"),
    )
    return rows
