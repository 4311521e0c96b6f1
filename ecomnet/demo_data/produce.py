"""Apples of the story's farmers, on their whole way: announced, weighed, graded, in lots, sold, claimed."""

import datetime as dt
import itertools
from collections.abc import Iterator
from uuid import NAMESPACE_URL, uuid5

from core.days import day_in
from core.money import Money
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.stations import STORY, Cast
from orders.models import (
    Crop,
    DeductionPlan,
    DeductionRow,
    Grade,
    GradeSheet,
    HarvestNotice,
    Intake,
    Lot,
    LotSale,
    ProduceBuyer,
    Warehouse,
)
from orders.produce import services
from orders.produce.queries import waiting_for_a_lot
from stations.models import Person, Station

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
#: Code, basis, value, carrier.
DEDUCTIONS = (
    ("packing", "per_1000_g", 30, ""),
    ("freight", "per_1000_g", 35, "route-3"),
    ("station_handling", "per_1000_g", 10, ""),
    ("platform", "percent_of_gross", 300, ""),
    ("claims_reserve", "percent_of_gross", 200, ""),
)
BUYERS = (("nanjing", "南京众彩市场", "+8613805170001"), ("canteen", "泗阳中学食堂", "+8613805270002"))


class Scale:
    """The scale of one station, and what is brought there next."""

    def __init__(self, station: Station, cast: Cast, *, at: dt.datetime):
        self.station, self.at = station, at
        self.partner, self.clerk = cast.partners[station.pk], cast.clerks[station.county_id]
        self.crop, self.first, self.second = _apples(day_in(station.zone, at - 400 * DAY))
        people = Person.objects.living().filter(home_station=station).exclude(phone="").order_by("pk")
        self.farmers: Iterator[Person] = itertools.cycle(list(people[:30]))
        self.warehouse = Warehouse.objects.select_related("station__county").get(station__county=station.county_id)
        self.numbers = itertools.count(1)

    def key(self) -> str:
        """The next key of a press."""
        return str(uuid5(NAMESPACE_URL, f"produce {self.station.code} {next(self.numbers)}"))

    def announced(self, *, days: int, kilograms: int = 200) -> HarvestNotice:
        """A harvest that will be brought in so many days."""
        day = day_in(self.station.zone, self.at) + days * DAY
        return services.announce_harvest(
            station=self.station,
            farmer=next(self.farmers),
            crop=self.crop,
            from_date=day,
            to_date=day + 2 * DAY,
            expected_g=kilograms * 1000,
            by=self.partner,
            at=self.at - DAY,
        )

    def weighed(self, grams: int, *, back: dt.timedelta) -> Intake:
        """What a farmer has brought so long ago."""
        return services.weigh_intake(
            station=self.station,
            farmer=next(self.farmers),
            crop=self.crop,
            gross_g=grams + 6_600,
            tare_g=6_600,
            by=self.partner,
            at=self.at - back,
            key=self.key(),
        )

    def graded(self, first: int, second: int, rejected: int, *, back: dt.timedelta) -> Intake:
        """The same with its grades."""
        intake = self.weighed(first + second + rejected, back=back)
        grams = {self.first: first, self.second: second}
        return services.grade_intake(
            intake=intake, grams=grams, rejected_g=rejected, by=self.partner, at=self.at - back + MINUTE
        )

    def accepted(self, first: int, second: int, rejected: int = 0, *, back: dt.timedelta) -> Intake:
        """The same, signed before a neighbour."""
        intake = self.graded(first, second, rejected, back=back)
        witness = next(self.farmers)
        return services.accept_signed(intake=intake, witness=witness, by=self.partner, at=self.at - back + 2 * MINUTE)

    def closed(self, *, back: dt.timedelta) -> Lot:
        """A lot of everything that waits for one."""
        moment = self.at - back
        lot = services.open_lot(
            station=self.warehouse.station, crop=self.crop, by=self.clerk, at=moment, key=self.key()
        )
        services.fill_lot(lot=lot, intake_grades=list(waiting_for_a_lot(lot)), by=self.clerk, at=moment)
        return services.close_lot(lot=lot, by=self.clerk, at=moment)

    def sold(self, lot: Lot, grade: Grade, grams: int, price_minor: int, buyer: str = "nanjing") -> LotSale:
        """A part of it is sold."""
        return services.sell_lot(
            lot=lot,
            grade=grade,
            buyer=ProduceBuyer.objects.get(code=buyer),
            grams=grams,
            price_minor=price_minor,
            by=self.clerk,
            at=self.at,
            key=self.key(),
        )

    def delivered(self, lot: Lot) -> Lot:
        """The buyers have it."""
        services.dispatch_lot(lot=lot, by=self.clerk, at=self.at)
        return services.deliver_lot(lot=lot, by=self.clerk, at=self.at)


def load_produce(cast: Cast, *, at: dt.datetime) -> None:
    """Reference data, and produce in each state at the story's station."""
    _load_reference(day_of(at - 400 * DAY))
    story = next(station for station in cast.stations if station.code == STORY)
    scale = Scale(story, cast, at=at)
    _load_lots(scale)
    _load_scale(scale)


def _load_lots(scale: Scale) -> None:
    """Example of docs/produce.md, delivered and claimed; one that is stopped, one on offer, one being filled."""
    scale.accepted(150_000, 40_000, 10_000, back=4 * DAY)
    lot = scale.closed(back=3 * DAY)
    sale = scale.sold(lot, scale.first, 150_000, 6_50)
    scale.sold(lot, scale.second, 40_000, 4_20, "canteen")
    scale.delivered(lot)
    services.raise_claim(sale=sale, amount=Money(30_00, "CNY"), reason="碰伤 5 公斤", by=scale.clerk, at=scale.at)
    scale.accepted(96_400, 22_100, back=3 * DAY)
    scale.accepted(60_000, 12_000, 2_000, back=3 * DAY)
    second = scale.closed(back=2 * DAY)
    child = services.split_lot(lot=second, grams={scale.first: 50_000}, by=scale.clerk, at=scale.at, key=scale.key())
    services.hold_lot(lot=child, reason="等农残检测结果", by=scale.clerk, at=scale.at)
    scale.sold(second, scale.first, 80_000, 6_60)
    scale.accepted(35_000, 5_000, back=DAY)
    services.open_lot(station=scale.warehouse.station, crop=scale.crop, by=scale.clerk, at=scale.at, key=scale.key())


def _load_scale(scale: Scale) -> None:
    scale.announced(days=2)
    services.confirm_harvest(notice=scale.announced(days=1), confirmed_g=180_000, by=scale.clerk, at=scale.at)
    services.cancel_harvest(notice=scale.announced(days=4), reason="下冰雹了", by=scale.partner, at=scale.at)
    scale.weighed(41_200, back=20 * MINUTE)
    scale.graded(69_950, 41_200, 0, back=50 * MINUTE)
    disputed = scale.graded(20_000, 55_000, 5_000, back=90 * MINUTE)
    services.dispute_intake(intake=disputed, reason="二级分得太多", by=scale.partner, at=scale.at)
    rejected = scale.graded(5_000, 0, 20_000, back=DAY)
    services.reject_intake(intake=rejected, reason="坏果太多", by=scale.partner, at=scale.at - DAY + 9 * MINUTE)


def _load_reference(since: dt.date) -> None:
    """Deductions, and who buys in the city."""
    plan, is_new = DeductionPlan.objects.get_or_create(currency="CNY", division=None, defaults={"from_date": since})
    if is_new:
        DeductionRow.objects.bulk_create(
            [
                DeductionRow(plan=plan, code=code, basis=basis, value=value, carrier=carrier)
                for code, basis, value, carrier in DEDUCTIONS
            ]
        )
    for code, name, phone in BUYERS:
        about = {"name": name, "phone": phone, "country": "CN", "currency": "CNY", "language": "zh-hans"}
        ProduceBuyer.objects.get_or_create(code=code, defaults=about)


def _apples(since: dt.date) -> tuple[Crop, Grade, Grade]:
    crop, _new = Crop.objects.get_or_create(code="fuji", defaults={"name": "Fuji apples", "name_zh": "红富士苹果"})
    sheet, _new = GradeSheet.objects.get_or_create(crop=crop, defaults={"from_date": since})
    about = {
        "1": {"name": "Grade 1", "name_zh": "一级", "rule": "80 mm and more", "rule_zh": "果径 80 毫米以上"},
        "2": {"name": "Grade 2", "name_zh": "二级", "rule": "70 to 80 mm", "rule_zh": "果径 70 到 80 毫米"},
    }
    first, second = (
        Grade.objects.get_or_create(sheet=sheet, code=code, defaults={**names, "position": int(code)})[0]
        for code, names in about.items()
    )
    return crop, first, second
