"""Who plays: three stations of one county with their people and trades, furnished once for all seeds of a system."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.timezone import now

from ecomnet.demo_data.reference import load_plan, load_reference
from ecomnet.simulation.cast import Stage, Villager
from stations.models import Person, User
from tests.factories.finance import Desk, desk, fill, helper_at, switch_on
from tests.factories.payouts import bank, banked
from tests.factories.people import resident
from tests.factories.stations import county, county_clerk_of, finance_officer, token_for
from tests.factories.tills import CashDesk, open_centre
from tests.faults.seeds.credit import load_credit
from tests.faults.seeds.lessons import load_lessons
from tests.faults.seeds.trades import Village, load_trades

#: How the money of each counter works; two floats, so that one can lend to the other.
MODES = ("prepaid", "postpaid", "prepaid")
FLOAT, CENTRE_HOLDS = 3_000_00, 500_00
#: Whom a counter knows, and for how long.
REGULARS = ("张桂兰", "李建国", "陈玉梅", "王志强")
KNOWN_FOR = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class World:
    """The stages, the tokens with which their people have signed in, who sells, and who works behind the counters."""

    stages: tuple[Stage, ...]
    tokens: dict[str, str]
    officers: tuple[str, str]
    clerk: str
    assessors: tuple[str, str]
    lenders: tuple[str, str]
    sellers: tuple[UUID, ...]


def furnish() -> World:
    """Reference data, stations, people who have signed in, money and goods to begin with."""
    load_reference()
    officer, other = finance_officer(), finance_officer()
    load_plan(maker=officer, checker=other, at=now())
    place = county()
    clerk = county_clerk_of(place)
    desks = [_desk(place, mode) for mode in MODES]
    bank()
    for number, each in enumerate(desks):
        banked(each.partner, account_no=f"622202110200999{number}")
    _open_centre(desks[0], clerk)
    villages = [_village(number, each) for number, each in enumerate(desks)]
    nurse = load_trades(villages, clerk=clerk)
    assessors, lenders = load_credit(villages)
    tutors = load_lessons(villages)
    behind = [officer, other, clerk, nurse, *tutors, *assessors, *lenders]
    people = [*behind, *(user for village in villages for user in (village.partner, village.helper))]
    return World(
        tuple(_stage(*each, clerk, nurse) for each in zip(MODES, villages, tutors, strict=True)),
        {user.username: token_for(user) for user in people},
        officers=(officer.username, other.username),
        clerk=clerk.username,
        assessors=_names(assessors),
        lenders=_names(lenders),
        sellers=tuple(user.pk for user in people),
    )


def _names(pair: tuple[User, User]) -> tuple[str, str]:
    first, second = pair
    return first.username, second.username


def _desk(place: Any, mode: str) -> Desk:
    ready = desk(mode=mode, till_open=False, county=place)
    switch_on(ready.station, "recharge")
    if mode == "prepaid":
        fill(ready, ready.float_key, FLOAT)
    return ready


def _open_centre(ready: Desk, clerk: User) -> None:
    open_centre(CashDesk(ready.station, ready.partner, clerk, clerk, clerk, clerk))


def _village(number: int, ready: Desk) -> Village:
    people = [_regular(ready, name, f"+86139{number}000{each:04}") for each, name in enumerate(REGULARS, start=1)]
    return Village(ready.station, ready.partner, helper=helper_at(ready), regulars=tuple(people))


def _regular(ready: Desk, name: str, phone: str) -> Person:
    """Of age, with a phone that was confirmed long ago."""
    person = resident(name, ready.station, by=ready.partner, birth_date=dt.date(1979, 3, 1))
    Person.objects.filter(pk=person.pk).update(phone=phone, phone_verified_at=now() - KNOWN_FOR)
    person.refresh_from_db()
    return person


def _stage(mode: str, village: Village, tutor: User, clerk: User, nurse: User) -> Stage:
    return Stage(
        code=village.station.code,
        mode=mode,
        partner=village.partner.username,
        second=village.helper.username,
        clerk=clerk.username,
        phone=str(village.partner.phone),
        villagers=tuple(Villager(each.pk, str(each.phone), each.full_name) for each in village.regulars),
        nurse=nurse.username,
        tutor=tutor.username,
    )
