"""Who plays: three stations of one county with their people, furnished once for all seeds of a system."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.timezone import now

from ecomnet.demo_data.reference import load_plan, load_reference
from ecomnet.simulation.cast import Stage, Villager
from stations.models import User
from tests.factories.finance import Desk, desk, fill, helper_at, payer_at, switch_on
from tests.factories.payouts import bank, banked
from tests.factories.stations import county, county_clerk_of, finance_officer, token_for
from tests.factories.tills import CashDesk, open_centre

#: How the money of each counter works; two floats, so that one can lend to the other.
MODES = ("prepaid", "postpaid", "prepaid")
FLOAT, CENTRE_HOLDS, REGULARS = 3_000_00, 500_00, 4


@dataclass(frozen=True, slots=True)
class World:
    """The stages, the tokens with which their people have signed in, and who sells."""

    stages: tuple[Stage, ...]
    tokens: dict[str, str]
    officer: str
    second: str
    clerk: str
    sellers: tuple[UUID, ...]


def furnish() -> World:
    """Reference data, stations, people who have signed in, and money to begin with."""
    load_reference()
    officer, other = finance_officer(), finance_officer()
    load_plan(maker=officer, checker=other, at=now())
    place = county()
    clerk = county_clerk_of(place)
    desks = [_desk(place, mode) for mode in MODES]
    bank()
    for each in desks:
        banked(each.partner)
    helpers = [helper_at(each) for each in desks]
    _open_centre(desks[0], clerk)
    people = [officer, other, clerk, *helpers, *(each.partner for each in desks)]
    return World(
        tuple(_stage(mode, *each, clerk) for mode, *each in zip(range(len(MODES)), desks, helpers, strict=True)),
        {user.username: token_for(user) for user in people},
        officer=officer.username,
        second=other.username,
        clerk=clerk.username,
        sellers=tuple(user.pk for user in people),
    )


def _desk(place: Any, mode: str) -> Desk:
    ready = desk(mode=mode, till_open=False, county=place)
    switch_on(ready.station, "recharge")
    if mode == "prepaid":
        fill(ready, ready.float_key, FLOAT)
    return ready


def _open_centre(ready: Desk, clerk: User) -> None:
    open_centre(CashDesk(ready.station, ready.partner, clerk, clerk, clerk, clerk))


def _stage(number: int, ready: Desk, helper: User, clerk: User) -> Stage:
    phones = [f"+86139{number}000{regular:04}" for regular in range(1, REGULARS + 1)]
    return Stage(
        code=ready.station.code,
        mode=MODES[number],
        partner=ready.partner.username,
        second=helper.username,
        clerk=clerk.username,
        phone=str(ready.partner.phone),
        villagers=tuple(Villager(payer_at(ready, phone=phone).pk, phone) for phone in phones),
    )
