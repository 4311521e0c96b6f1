"""The demonstration with somebody in every seat, and a thing behind every door."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.test import Client
from django.utils.timezone import now

from core.fields import uuid7
from stations.models import Station
from tests.access.table import DOORS, ENDED, NOBODY, WITHOUT_POST, Cells, Seat
from tests.api.doors import DOORS as BUILT
from tests.api.doors import Door, add_what_is_missing, known
from tests.demonstration import World, taken_back
from tests.factories.stations import LONG_AGO, PostFactory, UserFactory, token_for


def line_of(door: Door) -> str:
    """How the table names a door: pages are opened, endpoints are called."""
    return f"{door.method.upper() if door.is_api else 'PAGE'} {door.route}"


@dataclass(frozen=True, slots=True)
class Tried:
    """A door of the table with what it takes to try it."""

    line: str
    method: str
    path: str
    body: Any
    cells: Cells
    is_api: bool
    asks_first: bool


class House:
    """Doors and people are made ready once; every try is taken back."""

    def __init__(self, world: World) -> None:
        add_what_is_missing(world)
        self.world = world
        self.posted: set[str] = set()

    @cached_property
    def doors(self) -> list[Tried]:
        """Every door that the table declares; what pages send has a line of its own where another verb is needed."""
        tried = []
        for door in BUILT:
            line = line_of(door)
            if line not in DOORS:
                continue  # a test of its own says so
            tried.append(self._tried(door, line, door.method))
            if not door.is_api:
                sends = f"POST {door.route}"
                tried.append(self._tried(door, sends if sends in DOORS else line, "post"))
        return tried

    def _tried(self, door: Door, line: str, method: str) -> Tried:
        body = known(getattr(door.view, "in_example", None) or {}, self.world) if door.is_api else {}
        asks_first = not getattr(door.view, "one_object", False)
        return Tried(line, method, door.path(self.world), body, DOORS[line], door.is_api, asks_first)

    def user(self, seat: Seat) -> Any:
        """Somebody in this seat."""
        if seat is NOBODY:
            return None
        user = UserFactory()
        if seat is ENDED:
            self._held_everything_once(user)
        elif seat is not WITHOUT_POST:
            PostFactory(user=user, role=seat.role, **self._ground(seat))
        return user

    def _ground(self, seat: Seat) -> dict[str, Any]:
        station = getattr(self, seat.where, None)
        if seat.reach == "station":
            return {"station": station}
        return {"division": station.county} if seat.reach == "region" else {}

    def _held_everything_once(self, user: Any) -> None:
        """A post of every role one after the other, the last until a second ago."""
        roles = ("platform_admin", "auditor", "finance_officer", "county_manager", "county_clerk", "partner", "helper")
        end = now() - dt.timedelta(seconds=1)
        for role in roles:
            reach = {"station": self.here} if role in {"partner", "helper"} else {"division": self.here.county}
            reach = {} if role in {"platform_admin", "auditor", "finance_officer"} else reach
            PostFactory(user=user, role=role, from_at=LONG_AGO, to_at=end, **reach)
            end -= dt.timedelta(days=1)

    @property
    def here(self) -> Station:
        """The story's station."""
        return self.world.station

    @cached_property
    def next_door(self) -> Station:
        """Another village station of the same county, to which nothing of the story was sent."""
        others = Station.objects.filter(county=self.here.county, kind="village_station", status="active")
        return others.exclude(pk=self.here.pk).order_by("-code")[0]

    @property
    def elsewhere(self) -> Station:
        """A station of another county."""
        return self.world.elsewhere


class Visitor:
    """One seat with a browser and a mobile client."""

    def __init__(self, house: House, seat: Seat) -> None:
        self.house, self.seat = house, seat
        user = house.user(seat)
        self.headers = {"Authorization": f"Token {token_for(user)}"} if user else {}
        self.browser, self.mobile = Client(raise_request_exception=False), Client(raise_request_exception=False)
        if user:
            self.browser.force_login(user)
            session = self.browser.session
            session["second_factor_at"] = now().isoformat()
            session.save()
        self.cookies = self.browser.cookies.copy()

    def faults(self, door: Tried) -> list[str]:
        """What differs from the table at this door; empty when nothing does."""
        answer = self._tries(door)
        if answer.status_code == 405 and not door.is_api:
            return []  # a button that is not a page, or a page that takes nothing: the other method says more
        should = door.cells.for_seat(self.seat, asks_first=door.asks_first)
        is_told = told(door, answer)
        if answer.status_code < 500 and is_told == should:
            return []
        return [
            f"{door.line} ({door.method}) as {self.seat.name}: {answer.status_code} not {should}"
            f" {getattr(answer, 'exc_info', None) or ''}"
        ]

    def _tries(self, door: Tried) -> Any:
        with taken_back():
            if not door.is_api:
                self.browser.cookies = self.cookies.copy()
                return getattr(self.browser, door.method)(door.path)
            if door.method == "get":
                return self.mobile.get(door.path, headers=self.headers)
            headers = self.headers | {"Idempotency-Key": uuid7().hex}
            return getattr(self.mobile, door.method)(door.path, door.body, "application/json", headers=headers)


def told(door: Tried, answer: Any) -> int:
    """A redirect to the sign-in is a page's 401; whatever is not a refusal of access is being let in."""
    if not door.is_api and answer.status_code == 302 and answer.url.startswith("/sign-in/"):
        return 401
    return answer.status_code if answer.status_code in {401, 403, 404} else 200
