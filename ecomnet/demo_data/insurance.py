"""Two funds, an insurer with a product in force, and people who are insured since half a year, or wait for it."""

import datetime as dt
from typing import Any

from django.db.models import Case, F, QuerySet, When, Window
from django.db.models.functions import RowNumber

from core.days import day_in
from core.money import Money
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.stations import STORY, Cast
from finance.insurance.presets import poverty_reduction_100
from finance.insurance.services import (
    activate_insurance_product,
    draft_insurance_product,
    enrol_people,
    enrol_person,
    fund_policies,
    record_contribution,
    start_policies,
)
from finance.models import EnrolmentBatch, Fund, InsuranceProductVersion, Insurer
from stations.models import Person, Station, User

DAY = dt.timedelta(days=1)
#: Cover began so long ago; the people who have it, and those who wait.
BEGAN, INSURED, WAITING = 200 * DAY, 220, 40


def load_insurance(cast: Cast, *, at: dt.datetime) -> None:
    """Funds pay for the poor households of the first county; a second version of the terms waits for its approval."""
    began = at - BEGAN
    maker, checker = cast.officers[:2]
    insurer = Insurer.objects.create(
        name="Jiangsu Rural Life",
        name_zh="江苏惠农人寿",
        company_code="91320000000000000J",
        country="CN",
        currency="CNY",
    )
    preset = poverty_reduction_100(insurer.currency)
    version = draft_insurance_product(insurer=insurer, preset=preset, by=maker, at=began - 10 * DAY)
    activate_insurance_product(version=version, by=checker, at=began - 9 * DAY)
    draft_insurance_product(insurer=insurer, preset=preset, by=maker, at=at)
    funds = _funds(insurer, maker, at=began)
    load_policies(cast, version, funds, at=at)


def _funds(insurer: Insurer, by: User, *, at: dt.datetime) -> dict[str, Fund]:
    names = {"poverty": ("Suqian poverty fund", "宿迁扶贫基金"), "crowd": ("Neighbours' fund", "众筹互助基金")}
    funds = {
        f"{kind}_fund": Fund.objects.create(
            kind=kind, code=f"suqian-{kind}", name=name, name_zh=name_zh, country="CN", currency="CNY"
        )
        for kind, (name, name_zh) in names.items()
    }
    gifts: list[tuple[Any, str, bool, int]] = [
        (funds["poverty_fund"], "宿迁市慈善总会", True, 60_000_00),
        (funds["crowd_fund"], "江苏某食品公司", True, 15_000_00),
        (funds["crowd_fund"], "爱心人士", False, 5_000_00),
        (insurer, insurer.name_zh, True, 500_000_00),
    ]
    for number, (to, giver, is_public, minor) in enumerate(gifts):
        record_contribution(
            to=to,
            giver_name=giver,
            giver_public=is_public,
            amount=Money(minor, "CNY"),
            receipt_ref=f"DEMO-GIFT-{number}",
            received_date=day_of(at),
            by=by,
            at=at,
        )
    return funds


def residents_of_county(station: Station) -> QuerySet[Person]:
    """Living residents of the story's county: those of the story's station, then some of each other one in turn."""
    people = Person.objects.living().filter(home_station__county=station.county, died_date=None, erased_at=None)
    known = people.exclude(birth_date=None).exclude(household=None)
    of_station = Window(RowNumber(), partition_by=F("home_station"), order_by="pk")
    return known.annotate(turn=of_station).order_by(Case(When(home_station=station, then=0), default=1), "turn", "pk")


def load_policies(
    cast: Cast, version: InsuranceProductVersion, funds: dict[str, Fund], *, at: dt.datetime
) -> EnrolmentBatch:
    """Those who are insured, a list that waits for its premiums, and one person whose cover begins next week."""
    station = Station.objects.select_related("county").get(code=STORY)
    manager, officer = cast.managers[station.county_id], cast.officers[0]
    rows = residents_of_county(station).select_related("home_station__county")
    here = list(rows.filter(home_station=station)[:40])
    others = list(rows.exclude(home_station=station)[: INSURED + WAITING])
    waiting, insured = [*here[-2:-1], *others[:WAITING]], [*here[:-3], *others[WAITING:]]
    began = at - BEGAN
    about: dict[str, Any] = {"version": version, "by": manager}
    began_on, tomorrow = day_in(station.zone, began), day_in(station.zone, at + DAY)
    batch = enrol_people(people=insured[:INSURED], county=station.county, start_date=began_on, at=began, **about)
    fund_policies(batch=batch, funds=funds, by=officer, at=began)
    start_policies(county=station.county, zone=station.zone, at=began + DAY)
    enrol_people(people=waiting, county=station.county, start_date=tomorrow, at=at, **about)
    single = enrol_person(person=here[-1], start_date=tomorrow + 6 * DAY, at=at, **about)
    fund_policies(batch=single, funds=funds, by=officer, at=at)
    return batch
