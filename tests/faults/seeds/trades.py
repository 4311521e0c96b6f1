"""What the trades need at the stations of a seed: a warehouse, a carrier, a clinic, its articles, crops, a presale.

Little of each, so that counters meet over the same things: a clinic has few numbers, an article few pieces.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.timezone import now

from core.days import day_in
from ecomnet.demo_data.goods import load_goods
from ecomnet.demo_data.shipping import load_tariff
from ecomnet.demo_data.stations import Cast
from health.promotion.services import draft_article, publish_article
from health.promotion.supplied import supplied_texts
from orders.models import CodPolicy
from stations.models import Person, User
from tests.factories import presales
from tests.factories.finance import LONG_AGO_DATE, Desk, switch_on
from tests.factories.health import clinic, nurse_of
from tests.factories.produce import Orchard, buyer_called, crop_of_apples, deductions
from tests.factories.purchases import CEILINGS
from tests.factories.stations import county_manager_of, platform_admin

DAY = dt.timedelta(days=1)
#: How many numbers the clinic has, and boxes the presale.
NUMBERS, BOXES = 6, 40
ARTICLES = ("wash-hands", "less-salt")
SERVICES = (
    *("goods_order", "parcel_pickup", "parcel_send", "produce_intake", "hospital_registration", "health_booth"),
    *("library", "super_classroom", "tutoring", "parent_hotline"),
)


@dataclass
class Village(Desk):
    """A station with its helper, and the regulars whom its counter knows."""

    helper: User
    regulars: tuple[Person, ...]


def load_trades(villages: Sequence[Village], *, clerk: User) -> User:
    """Everything but credit, cover and lessons; the nurse of the county's hospital."""
    for village in villages:
        for service in SERVICES:
            switch_on(village.station, service)
    centre = villages[0].station.parent
    load_goods(Cast(stations=[centre], clerks={centre.county_id: clerk}, admin=platform_admin()), at=now())
    CodPolicy.objects.create(currency="CNY", from_date=LONG_AGO_DATE, **CEILINGS)
    load_tariff(at=now())
    _load_produce(villages[0], clerk=clerk)
    return _load_hospital(villages[0])


def _load_produce(village: Village, *, clerk: User) -> None:
    """Apples that every station weighs, and boxes of them that the county sells before the harvest."""
    crop, first, second = crop_of_apples()
    deductions()
    orchard = Orchard(
        village.station,
        village.partner,
        clerk=clerk,
        manager=county_manager_of(village.station.county),
        farmer=village.regulars[0],
        centre=village.station.parent,
        crop=crop,
        first=first,
        second=second,
        buyer=buyer_called("nanjing"),
    )
    presales.opened(orchard, boxes=BOXES)


def _load_hospital(village: Village) -> User:
    """A clinic in three days, and what a nurse has drafted and a doctor has read."""
    there = clinic(village, capacity=NUMBERS)
    nurse, doctor = nurse_of(there.hospital), nurse_of(there.hospital, role="doctor")
    until = day_in(there.hospital.zone, now()) + 300 * DAY
    for code in ARTICLES:
        article = draft_article(clinic=there.hospital, code=code, text=supplied_texts()[code], by=nurse, at=now())
        publish_article(article=article, until_date=until, by=doctor, at=now())
    return nurse
