"""Prices for group orders, and one group order in each state; at the story's station one that nobody has joined yet."""

import datetime as dt

from core.days import day_in
from ecomnet.demo_data.shipping import station_that_ships
from ecomnet.demo_data.stations import STORY, Cast
from finance.payments.services import Tender
from orders.catalog.models import PriceItem, PriceList, Variant
from orders.groups import services
from orders.models import GroupOrder
from stations.models import Person, Station, User

DAY = dt.timedelta(days=1)
#: article: from so many on, everybody pays so much (in minor units)
PRICES = {
    "RICE-25": ((10, 122_00), (20, 118_00), (40, 112_00)),
    "POWDER-2": ((10, 16_00), (20, 14_50)),
    "SEED-CAB": ((20, 5_80), (50, 5_00)),
    "BEANS": ((10_000, 12_80), (20_000, 11_90)),
}


def load_groups(cast: Cast, *, at: dt.datetime) -> None:
    """Where parcels go to the city the drawer is open: there residents have pledged."""
    listed = PriceList.objects.create(
        code="CN-GROUP", audience=PriceList.Audience.GROUP, currency="CNY", valid_from_at=at - 90 * DAY
    )
    variants = {each.sku: each for each in Variant.objects.select_related("product").filter(sku__in=PRICES)}
    PriceItem.objects.bulk_create(
        PriceItem(price_list=listed, variant=variants[sku], min_quantity=quantity, price_minor=minor)
        for sku, tiers in PRICES.items()
        for quantity, minor in tiers
    )
    story = next(each for each in cast.village_stations if each.code == STORY)
    _opened(story, variants["RICE-25"], cast.partners[story.pk], at=at, ends=at + 2 * DAY)
    station = station_that_ships(cast)
    partner = cast.partners[station.pk]
    people = list(Person.objects.living().filter(home_station=station).exclude(phone="").order_by("-pk")[:4])
    waits = _opened(station, variants["RICE-25"], partner, at=at - DAY, ends=at + 2 * DAY)
    _pledge(waits, people, (3, 2, 2, 1), partner, at=at)
    full = _opened(station, variants["POWDER-2"], partner, at=at - 3 * DAY, ends=at + DAY, most=20)
    _pledge(full, people, _whole(20, len(people)), partner, at=at)
    services.close_group_order(group=full, by=partner, at=at)
    _settle(full, at=at)
    stopped = _opened(station, variants["SEED-CAB"], partner, at=at - 2 * DAY, ends=at + DAY)
    _pledge(stopped, people[:2], (4, 6), partner, at=at)
    services.cancel_group_order(group=stopped, reason="供货商没有货了", by=partner, at=at)
    _settle(stopped, at=at)
    empty = _opened(station, variants["BEANS"], partner, at=at - 5 * DAY, ends=at - 2 * DAY)
    _settle(empty, at=at - 2 * DAY)


def _opened(
    station: Station, variant: Variant, partner: User, *, at: dt.datetime, ends: dt.datetime, most: int | None = None
) -> GroupOrder:
    return services.open_group_order(
        station=station,
        variant=variant,
        cutoff_at=ends,
        pickup_date=day_in(station.zone, ends) + 3 * DAY,
        max_quantity=most,
        by=partner,
        at=at,
        key=f"demo-{station.code}-{variant.sku}",
    )


def _whole(quantity: int, people: int) -> tuple[int, ...]:
    """So much in as many pledges as there are people, the rest with the first."""
    each = quantity // max(people, 1)
    return (quantity - each * (people - 1), *[each] * (people - 1))


def _pledge(
    group: GroupOrder, people: list[Person], quantities: tuple[int, ...], partner: User, *, at: dt.datetime
) -> None:
    for villager, quantity in zip(people, quantities, strict=False):
        services.add_pledge(
            group=group,
            villager=villager,
            quantity=quantity,
            tender=Tender(payer=villager),
            by=partner,
            at=at,
            key=f"demo-{group.pk}-{villager.pk}",
        )


def _settle(group: GroupOrder, *, at: dt.datetime) -> None:
    """What the jobs do."""
    services.decide_group_order(group=group, at=at)
    while services.settle_pledges(group=group, at=at, most=100):
        pass
    services.tell_pledgers(group=group, at=at)
