"""A county that sells apples: two farmers, a warehouse, a buyer, deductions as in the example; all by services."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.utils.timezone import now

from core.models import Notice
from core.notices.services import message_of
from finance import chart
from orders.models import Crop, DeductionPlan, DeductionRow, Grade, GradeSheet, Intake, Lot, LotSale, ProduceBuyer
from orders.produce import services
from orders.produce.queries import waiting_for_a_lot
from stations.models import Person, Station, User
from tests.factories.finance import LONG_AGO_DATE, Desk, desk, payer_at, switch_on
from tests.factories.goods import warehouse_for
from tests.factories.people import resident
from tests.factories.stations import county_clerk_of, county_manager_of

#: Example B: code, basis, value, carrier.
DEDUCTIONS = (
    ("packing", "per_1000_g", 30, ""),
    ("freight", "per_1000_g", 35, "route-3"),
    ("station_handling", "per_1000_g", 10, ""),
    ("platform", "percent_of_gross", 300, ""),
    ("claims_reserve", "percent_of_gross", 200, ""),
)


@dataclass
class Orchard(Desk):
    """A station whose farmers grow apples, and the county that sells them."""

    clerk: User
    manager: User
    farmer: Person
    centre: Station
    crop: Crop
    first: Grade
    second: Grade
    buyer: ProduceBuyer

    @property
    def farmer_key(self) -> chart.AccountKey:
        return chart.farmer(self.farmer.pk)

    @property
    def reserve_key(self) -> chart.AccountKey:
        return chart.reserve(self.farmer.pk)


def crop_of_apples(code: str = "fuji") -> tuple[Crop, Grade, Grade]:
    crop = Crop.objects.create(code=code, name="Fuji apples", name_zh="红富士苹果")
    sheet = GradeSheet.objects.create(crop=crop, from_date=LONG_AGO_DATE)
    first = Grade.objects.create(sheet=sheet, code="1", name="Grade 1", name_zh="一级", position=1)
    second = Grade.objects.create(sheet=sheet, code="2", name="Grade 2", name_zh="二级", position=2)
    return crop, first, second


def deductions(currency: str = "CNY", **values: Any) -> DeductionPlan:
    plan = DeductionPlan.objects.create(currency=currency, from_date=LONG_AGO_DATE, **values)
    DeductionRow.objects.bulk_create(
        [
            DeductionRow(plan=plan, code=code, basis=basis, value=value, carrier=carrier)
            for code, basis, value, carrier in DEDUCTIONS
        ]
    )
    return plan


def buyer_called(
    code: str, *, country: str = "CN", currency: str = "CNY", phone: str = "+8613800000777"
) -> ProduceBuyer:
    return ProduceBuyer.objects.create(
        code=code, name=f"Market {code}", country=country, currency=currency, phone=phone, language="zh-hans"
    )


def orchard(*, currency: str = "CNY", **station: Any) -> Orchard:
    """A station with a partner under contract, a farmer with a phone, a warehouse, a buyer and deductions."""
    ready = desk(mode="postpaid", currency=currency, **station)
    place = ready.station
    switch_on(place, "produce_intake")
    crop, first, second = crop_of_apples()
    deductions(currency)
    return Orchard(
        place,
        ready.partner,
        clerk=county_clerk_of(place.county),
        manager=county_manager_of(place.county),
        farmer=payer_at(ready),
        centre=warehouse_for(place).station,
        crop=crop,
        first=first,
        second=second,
        buyer=buyer_called("nanjing", country=place.county.country, currency=currency),
    )


def another_farmer(ready: Orchard, *, phone: str = "") -> Person:
    person = resident("李四", ready.station, by=ready.partner)
    Person.objects.filter(pk=person.pk).update(phone=phone)
    person.refresh_from_db()
    return person


def weighed(ready: Orchard, net_g: int = 200_000, *, farmer: Person | None = None, **values: Any) -> Intake:
    return services.weigh_intake(
        **{
            "station": ready.station,
            "farmer": farmer or ready.farmer,
            "crop": ready.crop,
            "gross_g": net_g + 6_000,
            "tare_g": 6_000,
            "by": ready.partner,
            "at": now(),
            "key": uuid4().hex,
            **values,
        }
    )


def graded(ready: Orchard, first: int = 150_000, second: int = 40_000, rejected: int = 10_000, **values: Any) -> Intake:
    at, by = values.pop("at", None) or now(), values.pop("grader", ready.partner)
    intake = weighed(ready, first + second + rejected, at=at, **values)
    grams = {ready.first: first, ready.second: second}
    return services.grade_intake(intake=intake, grams=grams, rejected_g=rejected, by=by, at=at)


def accepted(ready: Orchard, *grams: int, at: dt.datetime | None = None, **values: Any) -> Intake:
    """An intake to which the farmer agreed by signing before a witness."""
    intake = graded(ready, *grams, at=at, **values)
    witness = resident("赵证", ready.station, by=ready.partner)
    return services.accept_signed(intake=intake, witness=witness, by=ready.partner, at=at or now())


def code_of(intake: Intake) -> str:
    """The code that the farmer received last."""
    key = f"intake_code:{intake.pk}:{intake.code_count}"
    text = message_of(Notice.objects.get(dedupe_key=key).our_ref)["text"]
    return re.findall(r"(?<!\d)\d{6}(?!\d)", text)[0]


def opened(ready: Orchard, *, at: dt.datetime | None = None, **values: Any) -> Lot:
    made = {"station": ready.centre, "crop": ready.crop, "by": ready.clerk, "at": at or now(), "key": uuid4().hex}
    return services.open_lot(**{**made, **values})


def closed(ready: Orchard, *, at: dt.datetime | None = None) -> Lot:
    """A lot of all that waits for one."""
    lot = opened(ready, at=at)
    waiting = list(waiting_for_a_lot(lot))
    services.fill_lot(lot=lot, intake_grades=waiting, by=ready.clerk, at=at or now())
    return services.close_lot(lot=lot, by=ready.clerk, at=at or now())


def sold(
    ready: Orchard,
    lot: Lot,
    grade: Grade,
    grams: int,
    price_minor: int,
    *,
    at: dt.datetime | None = None,
    **values: Any,
) -> LotSale:
    return services.sell_lot(
        **{
            "lot": lot,
            "grade": grade,
            "buyer": ready.buyer,
            "grams": grams,
            "price_minor": price_minor,
            "by": ready.clerk,
            "at": at or now(),
            "key": uuid4().hex,
            **values,
        }
    )


def delivered(ready: Orchard, lot: Lot, *, at: dt.datetime | None = None) -> Lot:
    services.dispatch_lot(lot=lot, by=ready.clerk, at=at or now())
    return services.deliver_lot(lot=lot, by=ready.clerk, at=at or now())


def example_b(ready: Orchard, *, at: dt.datetime | None = None) -> Lot:
    """150 kg at 6.50 and 40 kg at 4.20 of one farmer, delivered."""
    accepted(ready, at=at)
    lot = closed(ready, at=at)
    sold(ready, lot, ready.first, 150_000, 6_50, at=at)
    sold(ready, lot, ready.second, 40_000, 4_20, at=at)
    return delivered(ready, lot, at=at)
