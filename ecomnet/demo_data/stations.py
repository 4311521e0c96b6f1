"""Forty stations in four counties, with their people, hours, contracts and money."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from ecomnet.demo_data.days import day_of
from finance.floats.queries import limits_in
from finance.models import StationMoney
from stations.accounts.demonstration import set_up_app
from stations.accounts.models import STAFF_ROLES, Role
from stations.models import Certificate, Contract, Division, Post, Service, Station, StationService, User
from stations.network.services import follow_divisions, set_hours
from stations.people.believable import SURNAMES
from stations.places.services import Edition, import_divisions
from stations.recruitment.numbers import with_check_digits

PLACES = Path("data/places/demo.csv")
EDITION = Edition(country="CN", source="nbs-2023", valid_from=dt.date(2023, 6, 30))
PASSWORD = "village-demo"  # noqa: S105 - the demonstration's own, shown on its sign-in page
STATIONS_PER_COUNTY = 10
#: The station of the people whom the README names, in the first county.
STORY = "321324-0003"
COUNTIES = ("321324000000", "331124000000", "510822000000", "330122000000")
POSITIONS = {
    "321324000000": (33.476, 118.217),
    "331124000000": (28.449, 119.482),
    "510822000000": (32.585, 105.238),
    "330122000000": (29.794, 119.691),
}
GIVEN = ("小芹", "建军", "海燕", "志强", "丽华", "文斌", "春梅", "国平", "晓峰", "玉兰", "学军", "红霞")
SERVICES = (
    *("bill_payment", "recharge", "parcel_pickup", "goods_order", "produce_intake", "library", "hospital_registration"),
    "parcel_send",
    "super_classroom",
    "parent_hotline",
    "tutoring",
    "school_supplies",
    "skills_training",
    "health_booth",
    "insurance_claim",
)
#: What partners have learnt and may do, beside services that need no certificate.
CERTIFIED = "insurance"
MORNING, NOON, AFTERNOON, EVENING = dt.time(8), dt.time(12), dt.time(13, 30), dt.time(18)


@dataclass
class Cast:
    """Who works in the demonstration."""

    stations: list[Station] = field(default_factory=list)
    partners: dict[int, User] = field(default_factory=dict)
    helpers: dict[int, User] = field(default_factory=dict)
    managers: dict[int, User] = field(default_factory=dict)
    #: The county's second manager: what needs two people needs another than the first.
    seconds: dict[int, User] = field(default_factory=dict)
    clerks: dict[int, User] = field(default_factory=dict)
    officers: list[User] = field(default_factory=list)
    credit_officers: list[User] = field(default_factory=list)
    assessors: list[User] = field(default_factory=list)
    #: A nurse and a doctor of the hospital of the first county.
    hospital_staff: list[User] = field(default_factory=list)
    #: Doctors over the network, who decide what is normal for everybody.
    clinical_leads: list[User] = field(default_factory=list)
    pharmacist: User = field(init=False)
    teachers: list[User] = field(default_factory=list)
    auditor: User | None = None
    admin: User | None = None

    @property
    def village_stations(self) -> list[Station]:
        """Those that serve a village and have opened."""
        return [station for station in self.stations if station.pk in self.partners]


def load_stations(*, random: Random, at: dt.datetime, tell: Any) -> Cast:
    """Divisions, stations and their people."""
    import_divisions(path=settings.BASE_DIR / PLACES, edition=EDITION, follow=follow_divisions)
    cast = Cast()
    password = make_password(PASSWORD)
    _load_central_staff(cast, password, at)
    for code in COUNTIES:
        county = Division.objects.get(code=code, level="county")
        tell(f"stations of {county.short_name}")
        _load_county(cast, county, password, random=random, at=at)
    return cast


def _load_central_staff(cast: Cast, password: str, at: dt.datetime) -> None:
    cast.officers = [
        _user(username, family, given, password, is_staff=True)
        for username, family, given in (("finance", "林", "静"), ("finance2", "周", "明"))
    ]
    for officer in cast.officers:
        _post(officer, Role.FINANCE_OFFICER, at)
    cast.credit_officers = [
        _user(username, family, given, password, is_staff=True)
        for username, family, given in (("credit", "唐", "丽"), ("credit2", "崔", "凯"))
    ]
    for officer in cast.credit_officers:
        _post(officer, Role.CREDIT_OFFICER, at, limit_minor=200_000_00, currency="CNY")
    cast.assessors = [
        _user(username, family, given, password, is_staff=True)
        for username, family, given in (("claims", "邹", "洁"), ("claims2", "龚", "伟"), ("claims3", "万", "芳"))
    ]
    for assessor in cast.assessors:
        _post(assessor, Role.CLAIMS_ASSESSOR, at, limit_minor=50_000_00, currency="CNY")
    cast.auditor = _user("auditor", "何", "正", password, is_staff=True)
    _post(cast.auditor, Role.AUDITOR, at)
    cast.admin = _user("admin", "沈", "青", password, is_staff=True)
    _post(cast.admin, Role.PLATFORM_ADMIN, at)


def _load_county(cast: Cast, county: Division, password: str, *, random: Random, at: dt.datetime) -> None:
    short = county.code[:6]
    first = county.code == COUNTIES[0]
    manager = _user("manager" if first else f"manager{short}", "郑", "华", password)
    clerk = _user("clerk" if first else f"clerk{short}", "许", "敏", password)
    second = _user("manager2" if first else f"manager2{short}", "韩", "梅", password)
    cast.managers[county.pk], cast.clerks[county.pk], cast.seconds[county.pk] = manager, clerk, second
    _post(manager, Role.COUNTY_MANAGER, at, division=county)
    _post(second, Role.COUNTY_MANAGER, at, division=county)
    _post(clerk, Role.COUNTY_CLERK, at, division=county)
    if first:
        for username, family, role in (("nurse", "顾", Role.NURSE), ("doctor", "周", Role.DOCTOR)):
            member = _user(username, family, "明", password)
            _post(member, role, at, division=county)
            cast.hospital_staff.append(member)
        cast.clinical_leads += [_user("lead", "沈", "平", password), _user("lead2", "陆", "英", password)]
        for lead in cast.clinical_leads:
            _post(lead, Role.DOCTOR, at)
        cast.pharmacist = _user("pharmacist", "方", "洁", password)
        _post(cast.pharmacist, Role.PHARMACIST, at, division=county)
        teacher = _user("teacher", "林", "晴", password)
        _post(teacher, Role.TEACHER, at, division=county)
        cast.teachers.append(teacher)
    for number, village in enumerate(_villages(county), start=1):
        station = _station(cast, county, village, number, random=random, at=at)
        cast.stations.append(station)
        if number > 1:
            _staff(cast, station, number, password, manager=manager, random=random, at=at)


def _villages(county: Division) -> list[Division]:
    """One village in each of the first townships, so that the stations lie apart."""
    townships = Division.objects.filter(parent=county).order_by("code")
    found = []
    for township in townships:
        village = Division.objects.filter(parent=township).order_by("code").first()
        if village:
            found.append(village)
    others = Division.objects.filter(parent__parent=county).exclude(pk__in=[v.pk for v in found]).order_by("code")
    return [*found, *others][:STATIONS_PER_COUNTY]


def _station(
    cast: Cast, county: Division, village: Division, number: int, *, random: Random, at: dt.datetime
) -> Station:
    kinds = {1: "county_centre", 2: "township_hub"}
    latitude, longitude = POSITIONS[county.code]
    #: One station of each county is in a state of its own, so that every state can be seen.
    unusual = {8: "temporarily_closed", 9: "suspended", 10: "trial"}
    prefecture: Any = county.parent
    above = {"township": village.parent, "county": county, "prefecture": prefecture}
    opened = day_of(at) - dt.timedelta(days=200)
    station = Station.objects.create(
        code=f"{county.code[:6]}-{number:04d}",
        kind=kinds.get(number, "village_station"),
        name=f"{village.short_name}服务站" if number > 1 else f"{county.short_name}运营中心",
        parent=cast.stations[-number + 1] if number > 1 else None,
        village=village,
        **above,
        province=prefecture.parent,
        address_line=f"{village.short_name}{random.randint(1, 90)}号",
        latitude=round(latitude + random.uniform(-0.25, 0.25), 6),
        longitude=round(longitude + random.uniform(-0.25, 0.25), 6),
        status=unusual.get(number, "active"),
        phone=f"+86527{random.randint(82_000_000, 89_999_999)}",
        opened_date=opened,
        last_seen_at=at,
    )
    week = {weekday: [(MORNING, NOON), (AFTERNOON, EVENING)] for weekday in range(1, 8)}
    set_hours(station=station, week=week, from_date=opened, actor=cast.managers[county.pk])
    rows = Service.objects.filter(code__in=SERVICES, needs_certificate__in=["", CERTIFIED])
    since = at - dt.timedelta(days=200)
    StationService.objects.bulk_create(
        StationService(station=station, service=service, from_at=since, reason="") for service in rows
    )
    StationMoney.objects.create(
        station=station,
        mode=StationMoney.Mode.POSTPAID if number % 4 == 0 else StationMoney.Mode.PREPAID,
        from_date=opened,
        **limits_in("CN", "CNY"),
    )
    return station


def _staff(
    cast: Cast, station: Station, number: int, password: str, *, manager: User, random: Random, at: dt.datetime
) -> None:
    is_story = station.code == STORY
    name = "partner" if is_story else f"partner{station.code.replace('-', '')}"
    partner = _user(name, "孙" if is_story else random.choice(SURNAMES[:40]), _given(is_story, random), password)
    _post(partner, Role.PARTNER, at, station=station)
    _contract(partner, station, manager=manager, at=at, status="suspended" if number == 9 else "active")
    cast.partners[station.pk] = partner
    _certify(partner, station, at)
    if number in {3, 4, 5}:
        helper_name = "helper" if is_story else f"helper{station.code.replace('-', '')}"
        helper = _user(helper_name, random.choice(SURNAMES[:40]), random.choice(GIVEN), password)
        _post(helper, Role.HELPER, at, station=station)
        terms = {"kind": "helper", "partner_user": partner, "helper_share_bp": 2_000}
        _contract(helper, station, manager=manager, at=at, **terms)
        cast.helpers[station.pk] = helper


def _certify(partner: User, station: Station, at: dt.datetime) -> None:
    Certificate.objects.create(
        holder=partner,
        subject=CERTIFIED,
        number=with_check_digits(f"{station.code.replace('-', '')}100043"),
        station=station,
        issued_date=day_of(at) - dt.timedelta(days=200),
        expires_date=day_of(at) + dt.timedelta(days=530),
    )


def _given(is_story: bool, random: Random) -> str:
    return GIVEN[0] if is_story else random.choice(GIVEN)


def _user(username: str, family: str, given: str, password: str, **values: Any) -> User:
    number = 10_000_000 + User.objects.count()
    return User.objects.create(
        username=username, last_name=family, first_name=given, password=password, phone=f"+86199{number}", **values
    )


def _post(user: User, role: str, at: dt.datetime, **where: Any) -> None:
    if role in STAFF_ROLES:
        set_up_app(user)
    reach = "station" if "station" in where else "region" if "division" in where else "network"
    Post.objects.create(user=user, role=role, reach=reach, from_at=at - dt.timedelta(days=200), **where)


def _contract(user: User, station: Station, *, manager: User, at: dt.datetime, **values: Any) -> None:
    opened: Any = station.opened_date
    Contract.objects.create(
        **{
            "user": user,
            "station": station,
            "kind": "partner",
            "from_date": opened,
            "to_date": opened + dt.timedelta(days=365),
            "terms_sha256": "0" * 64,
            "commission_plan_code": "standard",
            "signed_by_person_at": at,
            "signed_by_county_at": at,
            "county_signer": manager,
            "status": "active",
            **values,
        }
    )


def quiet_counter(cast: Cast) -> Station:
    """The last village station of the story's county: drawers and sales of the first ones have a story of their own."""
    county = STORY.partition("-")[0]
    return [
        each
        for each in cast.village_stations
        if each.code.startswith(county)
        and each.kind == Station.Kind.VILLAGE_STATION
        and each.status == Station.Status.ACTIVE
    ][-1]
