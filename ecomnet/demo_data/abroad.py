"""A second country beside the demonstration's: two counties with eight stations, in its own money, book and zone.

Its places, companies and people come from `countries/<code>.json`; all are invented.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from core.countries import Country, country_of
from core.days import day_in, instant_of
from core.models import Provider
from core.money import Money, parse
from ecomnet.demo_data.country_files import demonstration_of
from ecomnet.demo_data.reference import CATEGORIES, SINCE
from ecomnet.demo_data.stations import AFTERNOON, EVENING, MORNING, NOON, PASSWORD, SERVICES
from finance import chart
from finance.floats.queries import limits_in
from finance.installing import Banks, install_country
from finance.models import (
    BillCategory,
    Biller,
    BillerParameter,
    CommissionPlan,
    CommissionRule,
    CommissionShare,
    Operator,
    StationMoney,
)
from finance.payouts.services import BankDetails, activate_accounts, set_bank_account
from finance.settlement.services import accrue_payable, open_days, settle, settle_day
from finance.tills.services import open_cash_day
from ledger.models import Book
from stations.accounts.demonstration import set_up_app
from stations.accounts.models import STAFF_ROLES, Role
from stations.models import Contract, Division, Person, Post, Service, Station, StationService, User
from stations.network.services import set_hours
from stations.people.bulk import NewHousehold, NewResident, load_people

REGULARS = 30
SINCE_DAYS = dt.timedelta(days=200)
DAY, NIGHT = dt.timedelta(days=1), dt.timedelta(hours=2, minutes=30)


@dataclass(slots=True)
class Abroad:
    """A country while it is loaded."""

    country: Country
    told: dict[str, Any]
    at: dt.datetime
    random: Random
    password: str
    numbers: Any = field(default_factory=lambda: count(1))
    partners: list[tuple[Station, User]] = field(default_factory=list)

    @property
    def of_country(self) -> dict[str, str]:
        """What rows say of their country."""
        return {"country": self.country.code, "currency": self.country.currency}

    def minor(self, amount: str) -> int:
        """An amount of the file in minor units."""
        return parse(amount, self.country.currency).minor

    def name(self) -> tuple[str, str]:
        """A family name and a given name."""
        return self.random.choice(self.told["family_names"]), self.random.choice(self.told["given_names"])


@transaction.atomic
def load_country(code: str, *, at: dt.datetime, tell: Callable[[str], Any]) -> None:
    """Load a country with its companies, stations and people; where stations stand already, nothing changes."""
    if "counties" not in demonstration_of(code) or Station.objects.filter(county__country=code).exists():
        return
    tell(f"Loading {code} beside what is there")
    abroad = Abroad(country_of(code), demonstration_of(code), at, Random(1), make_password(PASSWORD))  # noqa: S311 - a story
    # Its book is as old as the demonstration's, so that the week before has a statement.
    book = {"country": code, "zone": abroad.country.zone, "first_open_date": SINCE}
    Book.objects.get_or_create(code=code, defaults=book)
    install_country(code=code, at=at)
    _load_companies(abroad)
    banks = Banks(payout_provider=abroad.told["bank"], collection_provider=abroad.told["gateway"])
    install_country(code=code, at=at, banks=banks)
    _load_plan(abroad)
    province = _division(
        abroad, None, "province", f"{abroad.told['counties'][0]['code'][:2]}0000", abroad.told["province"]
    )
    prefecture = _division(abroad, province, "prefecture", f"{province.code[:2]}9900", abroad.told["province"])
    for place in abroad.told["counties"]:
        _load_county(abroad, prefecture, place)
    activate_accounts(at=at)
    _settle_last_week(abroad)


def _load_companies(abroad: Abroad) -> None:
    told = abroad.told
    for position, (code, name, name_zh, icon) in enumerate(CATEGORIES, start=1):
        names = {"name": name, "name_zh": name_zh, "icon": icon, "position": position}
        BillCategory.objects.get_or_create(code=code, defaults=names)
    _provider(abroad, told["bank"], "Bank of payouts", "代发银行")
    _provider(abroad, told["gateway"], "Online payments", "网上收款")
    for code, name, name_zh, category, parameter, label, label_zh, least, most, rule in told["companies"]:
        biller = Biller.objects.create(
            code=code,
            name=name,
            name_zh=name_zh,
            category=BillCategory.objects.get(code=category),
            provider=_provider(abroad, code, name, name_zh),
            amount_rule=rule,
            max_amount_minor=abroad.country.most_per_payment.minor,
            from_date=SINCE,
            **abroad.of_country,
        )
        BillerParameter.objects.create(
            biller=biller, name=parameter, label=label, label_zh=label_zh, min_length=least, max_length=most
        )
    least, most = map(abroad.minor, told["operator_amounts"])
    for row in told["operators"]:
        digits = told["day"]["phone_digits"]
        Operator.objects.create(
            **row,
            provider=_provider(abroad, row["code"], row["name"], row["name_zh"]),
            phone_pattern=f"[0-9]{{{digits}}}",
            min_amount_minor=least,
            max_amount_minor=most,
            from_date=SINCE,
            **abroad.of_country,
        )


def _provider(abroad: Abroad, code: str, name: str, name_zh: str) -> Provider:
    return Provider.objects.create(
        code=code,
        name=f"{name} (sandbox)",
        name_zh=f"{name_zh}（沙盒）",
        key_id=f"{code}-1",
        secret_name=f"ECOMNET_PROVIDER_{code.replace('-', '_')}_SECRET",
        time_zone=abroad.country.zone,
        **abroad.of_country,
    )


def _load_plan(abroad: Abroad) -> None:
    """A flat sum for each bill, and a percentage of what is recharged, as in China."""
    maker, checker = User.objects.get(username="finance"), User.objects.get(username="finance2")
    told = abroad.told["plan"]
    plan = CommissionPlan.objects.create(
        code=told["code"], version=1, from_date=SINCE, created_by=maker, **abroad.of_country
    )
    bills = CommissionRule.objects.create(
        plan=plan,
        position=1,
        service="bill_payment",
        total_kind="flat",
        total_value=abroad.minor(told["total"]),
        once_per_target_minutes=30,
    )
    margin = CommissionRule.objects.create(
        plan=plan, position=2, service="recharge", total_kind="margin", total_value=0
    )
    for position, beneficiary in enumerate(("partner", "county"), start=1):
        about = {"position": position, "beneficiary": beneficiary}
        CommissionShare.objects.create(rule=bills, kind="flat", value=abroad.minor(told[beneficiary]), **about)
        bp = {"partner": 100, "county": 10}[beneficiary]
        CommissionShare.objects.create(rule=margin, kind="percent_of_base", value=bp, **about)
    plan.status, plan.approved_by, plan.approved_at = CommissionPlan.Status.APPROVED, checker, abroad.at
    plan.save()


def _settle_last_week(abroad: Abroad) -> None:
    """Each partner has earned something in the last whole week; its nights are settled, its statements closed."""
    today, zone = day_in(abroad.country.zone, abroad.at), abroad.country.zone
    earned_on = today - DAY * (today.isoweekday() + 3)
    earned_at = instant_of(zone, earned_on, dt.time(12))
    for station, partner in abroad.partners:
        keys = [chart.commission_of_user(partner.pk), chart.platform("expense")]
        account, expense = (chart.open_one(key, **abroad.of_country, at=earned_at) for key in keys)
        accrue_payable(
            event_type="skills_class",
            event_id=station.code,
            account=account,
            amount=Money(abroad.minor(abroad.told["plan"]["total"]) * 20, abroad.country.currency),
            source=expense,
            eligible_at=earned_at,
            explanation={"kind": "class", "lessons": 2},
            at=earned_at,
            station=station,
        )
    for county in {station.county for station, _partner in abroad.partners}:
        settle_day(county=county, business_date=earned_on, zone=zone, at=earned_at + DAY)
        for close in open_days(county=county, upto=today - 2 * DAY, zone=zone):
            settle(close=close, at=close.to_at + NIGHT)


def _division(abroad: Abroad, parent: Division | None, level: str, code: str, name: str, **at: Any) -> Division:
    row = Division.objects.create(
        country=abroad.country.code,
        code=code.ljust(12, "0"),
        level=level,
        name=name,
        short_name=name,
        romanised=name if name.isascii() else "",
        parent=parent,
        path="-",
        valid_from=SINCE,
        source="demonstration",
        **at,
    )
    row.path = f"{parent.path if parent else ''}{row.pk}/"
    row.save(update_fields=["path"])
    return row


def _load_county(abroad: Abroad, prefecture: Division, place: dict[str, Any]) -> None:
    latitude, longitude = place["at"]
    where = {"latitude": latitude, "longitude": longitude}
    county = _division(abroad, prefecture, "county", place["code"], place["name"], **where)
    manager = _user(abroad, f"manager.{place['short']}", Role.COUNTY_MANAGER, division=county)
    clerk = _user(abroad, f"clerk.{place['short']}", Role.COUNTY_CLERK, division=county)
    centre: Station | None = None
    for number, name in enumerate([place["villages"][0], *place["villages"]], start=1):
        township = _division(abroad, county, "township", f"{place['code']}{number:03}", name)
        village = _division(abroad, township, "village", f"{place['code']}{number:03}001", name)
        station = _station(abroad, village, number, centre, manager=manager)
        if centre is None:
            centre = station
            open_cash_day(station=centre, lines={}, by=clerk, at=abroad.at)
        else:
            _staff(abroad, station, number, manager=manager)
            _residents(abroad, station)


def _station(abroad: Abroad, village: Division, number: int, centre: Station | None, *, manager: User) -> Station:
    township: Any = village.parent
    county = township.parent
    opened = day_in(abroad.country.zone, abroad.at - SINCE_DAYS)
    station = Station.objects.create(
        code=f"{county.code[:6]}-{number:04d}",
        kind="village_station" if centre else "county_centre",
        name=village.name,
        parent=centre,
        village=village,
        township=township,
        county=county,
        prefecture=county.parent,
        province=county.parent.parent,
        address_line=village.name,
        latitude=county.latitude,
        longitude=county.longitude,
        status="active",
        zone=abroad.country.zone,
        currency=abroad.country.currency,
        opened_date=opened,
        last_seen_at=abroad.at,
    )
    week = {weekday: [(MORNING, NOON), (AFTERNOON, EVENING)] for weekday in range(1, 8)}
    set_hours(station=station, week=week, from_date=opened, actor=manager)
    StationService.objects.bulk_create(
        StationService(station=station, service=service, from_at=abroad.at - SINCE_DAYS, reason="")
        for service in Service.objects.filter(code__in=SERVICES, needs_certificate="")
    )
    StationMoney.objects.create(
        station=station,
        mode=StationMoney.Mode.POSTPAID if number % 4 == 0 else StationMoney.Mode.PREPAID,
        from_date=opened,
        **limits_in(abroad.country.code, abroad.country.currency),
    )
    return station


def _staff(abroad: Abroad, station: Station, number: int, *, manager: User) -> None:
    short = station.code.replace("-", "")
    partner = _user(abroad, f"partner{short}", Role.PARTNER, station=station)
    details = BankDetails("NBK", f"6222{partner.pk.int % 10**11:011}4", partner.shown_name)
    set_bank_account(payee=partner.pk.hex, user=partner, details=details, by=partner, at=abroad.at - SINCE_DAYS)
    abroad.partners.append((station, partner))
    _contract(abroad, partner, station, manager)
    if number == 2:
        helper = _user(abroad, f"helper{short}", Role.HELPER, station=station)
        _contract(abroad, helper, station, manager, kind="helper", partner_user=partner, helper_share_bp=2_000)


def _user(abroad: Abroad, username: str, role: str, **where: Any) -> User:
    family, given = abroad.name()
    digits = abroad.told["staff_phone"]
    number = f"{next(abroad.numbers):0{abroad.told['day']['phone_digits'] - _national(abroad, digits)}d}"
    user = User.objects.create(
        username=username, last_name=family, first_name=given, password=abroad.password, phone=f"{digits}{number}"
    )
    if role in STAFF_ROLES:
        set_up_app(user)
    reach = "station" if "station" in where else "region"
    Post.objects.create(user=user, role=role, reach=reach, from_at=abroad.at - SINCE_DAYS, **where)
    return user


def _national(abroad: Abroad, prefix: str) -> int:
    """How many digits of a number stand in a prefix behind the country's own code (three digits, or two)."""
    return len(prefix) - (4 if prefix.startswith("+9") else 3)


def _contract(abroad: Abroad, user: User, station: Station, manager: User, **values: Any) -> None:
    opened: Any = station.opened_date
    Contract.objects.create(
        user=user,
        station=station,
        from_date=opened,
        to_date=opened + dt.timedelta(days=365),
        terms_sha256="0" * 64,
        commission_plan_code=abroad.told["plan"]["code"],
        signed_by_person_at=abroad.at,
        signed_by_county_at=abroad.at,
        county_signer=manager,
        status="active",
        **{"kind": "partner", **values},
    )


def _residents(abroad: Abroad, station: Station) -> None:
    load_people((_household(abroad, station, number) for number in range(1, REGULARS + 1)), at=abroad.at)


def _household(abroad: Abroad, station: Station, number: int) -> NewHousehold:
    family, given = abroad.name()
    prefix = abroad.told["resident_phone"]
    digits = abroad.told["day"]["phone_digits"] - _national(abroad, prefix)
    head = NewResident(
        full_name=f"{given} {family}",
        sex=Person.Sex.UNKNOWN,
        birth_date=dt.date(1950 + number, 3, 8),
        phone=f"{prefix}{next(abroad.numbers):0{digits}d}",
        language="en",
    )
    return NewHousehold(station=station, village=station.village, members=[head], house_number=str(number))
