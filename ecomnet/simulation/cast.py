"""Who plays: the stations of the demonstration that work today, their people, and the villagers they know."""

import datetime as dt
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any
from uuid import UUID

from django.db.models import F

from core.days import day_in
from education.models import Tutor
from finance import chart
from finance.floats.queries import money_rules
from finance.models import CashDay, StationMoney
from finance.tills.queries import is_near_ceiling
from stations.accounts.models import STAFF_ROLES, Device, Post, Role, User
from stations.accounts.services import make_login_code
from stations.models import Person, Station
from stations.network.queries import service_open

#: A phone counts for codes when it has been known for three days; the villagers of this day are regulars.
KNOWN_SINCE = dt.timedelta(days=30)
REGULARS = 24
LABEL = "day "


class NoPlayableStation(Exception):
    """No demonstration in this system, or no station of it works."""


@dataclass(frozen=True, slots=True)
class Villager:
    """Somebody whom a counter knows."""

    id: UUID
    phone: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """A station that plays: who serves there, how its money works, and who comes.

    `clerk` and `manager` are of its county, `nurse` is of its hospital and `tutor` teaches there, where there is one;
    `earnings` is the account of what its partner has earned.
    """

    code: str
    mode: str
    partner: str
    second: str
    clerk: str
    phone: str
    villagers: tuple[Villager, ...]
    manager: str = ""
    earnings: str = ""
    country: str = "CN"
    nurse: str = ""
    tutor: str = ""


def stages(count: int, *, country: str, at: dt.datetime) -> list[Stage]:
    """So many working stations of a country, of its counties in turn; first those whose day can still be opened."""
    villages = Person.objects.exclude(phone="").values("home_station")
    stations = Station.objects.filter(posts__role=Role.PARTNER, posts__to_at=None, pk__in=villages)
    stations = stations.filter(county__country=country).order_by("code")
    ready = stations.select_related("county").distinct()
    working = [station for station in ready if service_open(station, "bill_payment", None, at).is_open]
    if not working:
        raise NoPlayableStation
    return [_stage(station, at) for station in _in_turn(working, at)[:count]]


def next_edition() -> int:
    """How many days were played in this system, and one: customers of the companies are numbered after it."""
    played = Device.objects.filter(label__startswith=LABEL).values("label").distinct().count()
    return played + 1


def sign_in_code(username: str, *, at: dt.datetime) -> str:
    """A one-time code, as the county manager would issue it to the person before him."""
    _row, code = make_login_code(user=User.objects.get(username=username), at=at)
    return code


def _in_turn(working: list[Station], at: dt.datetime) -> list[Station]:
    """One of each county after the other; first those that can sell and open their drawer."""
    closed = set(_closed_today(working, at))
    counties: dict[int, list[Station]] = {}
    for station in sorted(working, key=lambda each: (_is_stuck(each, closed, at), each.pk in closed, each.code)):
        counties.setdefault(station.county_id, []).append(station)
    return [station for station in chain.from_iterable(zip_longest(*counties.values())) if station]


def _is_stuck(station: Station, closed: set[int], at: dt.datetime) -> bool:
    """A postpaid counter cannot sell when its day is closed or its till nearly full: nobody fetches cash yet."""
    rules = money_rules(station, on=day_in(station.zone, at))
    if rules.mode != StationMoney.Mode.POSTPAID:
        return False
    is_full = is_near_ceiling(station, ceiling_minor=rules.ceiling_minor, warn_bp=rules.warn_bp)
    return is_full or station.pk in closed


def _closed_today(working: list[Station], at: dt.datetime) -> list[int]:
    today = day_in(working[0].zone, at)
    days = CashDay.objects.filter(station__in=working, business_date=today, status=CashDay.Status.CLOSED)
    return list(days.values_list("station_id", flat=True))


def _stage(station: Station, at: dt.datetime) -> Stage:
    names = dict(station.posts.filter(to_at=None).values_list("role", "user__username"))
    partner = names[Role.PARTNER]
    user = User.objects.get(username=partner)
    return Stage(
        code=station.code,
        country=station.county.country,
        mode=money_rules(station, on=day_in(station.zone, at)).mode,
        partner=partner,
        second=names.get(Role.HELPER) or partner,
        clerk=_of_county(station, Role.COUNTY_CLERK),
        phone=str(user.phone),
        villagers=_regulars(station, at),
        manager=_of_county(station, Role.COUNTY_MANAGER),
        earnings=chart.commission_of_user(user.pk).code,
        nurse=next(iter(_people_of_county(station, Role.NURSE)), ""),
        tutor=_tutor_of_county(station),
    )


def _of_county(station: Station, role: str) -> str:
    """Who counts cash at the centre of its county, or answers for it."""
    return _people_of_county(station, role)[0]


def _people_of_county(station: Station, role: str) -> list[str]:
    posts = Post.objects.filter(role=role, division=station.county, to_at=None).order_by("pk")
    return list(posts.values_list("user__username", flat=True))


def _tutor_of_county(station: Station) -> str:
    tutors = Tutor.objects.filter(county=station.county, status=Tutor.Status.ACTIVE).values("person")
    posts = Post.objects.filter(role=Role.TEACHER, division=station.county, to_at=None, user__person__in=tutors)
    return str(posts.order_by("pk").values_list("user__username", flat=True).first() or "")


def uses_app(username: str) -> bool:
    """Whether this person signs in with an authenticator app: everybody who works for the county or the system."""
    return Post.objects.filter(user__username=username, role__in=STAFF_ROLES, to_at=None).exists()


def _regulars(station: Station, at: dt.datetime) -> tuple[Villager, ...]:
    """Heads of households with a phone; the demonstration says that they have confirmed it long ago."""
    heads = Person.objects.filter(home_station=station, household__head=F("pk")).exclude(phone="").order_by("pk")
    chosen = list(heads[:REGULARS])
    Person.objects.filter(pk__in=[person.pk for person in chosen]).update(phone_verified_at=at - KNOWN_SINCE)
    return tuple(Villager(person.pk, str(person.phone), person.full_name) for person in chosen)


def people_of(usernames: list[str]) -> list[Any]:
    """The keys of these users."""
    return list(User.objects.filter(username__in=usernames).values_list("pk", flat=True))
