"""Funds, an insurer with a product in force, and people who are insured, for tests."""

import datetime as dt
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from core.money import Money
from finance.insurance.presets import poverty_reduction_100
from finance.insurance.services import (
    activate_insurance_product,
    draft_insurance_product,
    enrol_person,
    fund_policies,
    record_contribution,
    start_policies,
)
from finance.models import EnrolmentBatch, Fund, InsuranceProductVersion, Insurer, Policy
from stations.models import Person
from tests.factories.finance import Desk, book
from tests.factories.people import resident
from tests.factories.stations import UserFactory, finance_officer

CHINA = ZoneInfo("Asia/Shanghai")
#: A Wednesday.
NOON = dt.datetime(2026, 11, 25, 12, tzinfo=CHINA)
DAY = dt.timedelta(days=1)


def insurer(**values: Any) -> Insurer:
    """An insurer of this country."""
    usual = {"name": "Jiangsu Life", "name_zh": "江苏人寿", "company_code": "9132", "country": "CN", "currency": "CNY"}
    return Insurer.objects.get_or_create(company_code=values.get("company_code", "9132"), defaults=usual | values)[0]


def fund(kind: str = "poverty", minor: int = 0, *, at: dt.datetime = NOON, **values: Any) -> Fund:
    """A fund that holds so much."""
    usual = {"code": f"{kind}-{uuid4().hex[:6]}", "name": kind, "name_zh": "基金", "country": "CN", "currency": "CNY"}
    made = Fund.objects.create(kind=kind, **usual | values)
    if minor:
        given(made, minor, at=at)
    return made


def given(to: Fund | Insurer, minor: int, *, at: dt.datetime = NOON, **values: Any) -> Any:
    """Money that arrived."""
    book(to.country)
    return record_contribution(
        **{
            "to": to,
            "giver_name": "某公司",
            "giver_public": True,
            "amount": Money(minor, to.currency),
            "receipt_ref": uuid4().hex,
            "received_date": at.date(),
            "by": UserFactory(),
            "at": at,
            **values,
        }
    )


def in_force(company: Insurer | None = None, *, at: dt.datetime = NOON, **terms: Any) -> InsuranceProductVersion:
    """The preset of a company in force, its terms changed where said."""
    company = company or insurer()
    preset = poverty_reduction_100(company.currency)
    preset.terms.update(terms)
    version = draft_insurance_product(insurer=company, preset=preset, by=UserFactory(), at=at)
    return activate_insurance_product(version=version, by=UserFactory(), at=at)


def villager(ready: Desk, **values: Any) -> Person:
    """An adult of the desk's village."""
    values.setdefault("birth_date", dt.date(1979, 3, 1))
    return resident(station=ready.station, by=ready.partner, **values)


def enrolled(
    person: Person, version: InsuranceProductVersion | None = None, *, at: dt.datetime = NOON, **values: Any
) -> EnrolmentBatch:
    """One person's enrolment, not funded yet."""
    book(person.home_station.county.country)
    version = version or InsuranceProductVersion.objects.active().first() or in_force(at=at)
    return enrol_person(
        person=person, version=version, by=UserFactory(), at=at, **{"start_date": at.astimezone(CHINA).date(), **values}
    )


def funds_of(batch: EnrolmentBatch, *, at: dt.datetime = NOON) -> dict[str, Fund]:
    """Two funds that hold enough for it."""
    about = {"country": batch.version.product.country, "currency": batch.currency}
    return {
        "poverty_fund": fund("poverty", batch.premium_minor, at=at, **about),
        "crowd_fund": fund("crowd", batch.premium_minor, at=at, **about),
    }


def insured(ready: Desk, *, person: Person | None = None, at: dt.datetime = NOON, **values: Any) -> Policy:
    """A person's policy in force since `at`."""
    batch = enrolled(person or villager(ready), at=at, **values)
    fund_policies(batch=batch, funds=funds_of(batch, at=at), by=finance_officer(), at=at)
    start_policies(county=ready.station.county, zone=ready.station.zone, at=at)
    return batch.policies.select_related("version__product__insurer", "person", "station").get()
