"""The demonstration with somebody in every seat, and a thing behind every door."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.test import Client
from django.utils.timezone import now

from core.fields import uuid7
from health.hospitals.models import HOSPITAL_ROLES, Hospital
from health.hospitals.services import join_staff
from stations.models import Station
from tests.access.table import DOORS, ENDED, NEARER, NOBODY, WITHOUT_POST, Cells, Seat
from tests.api.doors import DOORS as BUILT
from tests.api.doors import NOUNS, Door, add_what_is_missing, spoken, things_at
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
    guard: str

    def told_to(self, seat: Seat) -> int:
        """What the table says that somebody in this seat is told."""
        return self.cells.for_seat(seat, guard=self.guard)


def usual_doors(doors: list[Tried], seat: Seat) -> list[Tried]:
    """A role's first seat tries what the role may do, and of the rest one door of each kind in each app.

    A further seat tries the doors at which it is told otherwise than the nearer one before it.
    """
    before = NEARER.get(seat)
    if before:
        return [door for door in doors if door.told_to(seat) != door.told_to(before)]
    closed = {_kind_of(door): door.line for door in doors if not door.cells.is_about_places_of(seat)}
    return [door for door in doors if door.cells.is_about_places_of(seat) or closed.get(_kind_of(door)) == door.line]


def _kind_of(door: Tried) -> tuple[str, bool, str, bool]:
    return door.cells.verb.partition(".")[0], door.is_api, door.method, bool(door.guard)


class House:
    """Doors and people are made ready once; every try is taken back."""

    def __init__(self, world: World) -> None:
        add_what_is_missing(world)
        self.world = world
        self.things = things_at(world)
        self.nouns: dict[str, dict[str, Any]] = {}
        self.buttons: set[str] = set()

    @cached_property
    def doors(self) -> list[Tried]:
        """Every door that the table declares; what is sent to a page has a line where it takes another verb."""
        tried = []
        for door in BUILT:
            line = line_of(door)
            if line not in DOORS:
                continue  # a test of its own says so
            tried.append(self._tried(door, line, "post" if door.is_button else door.method))
            if f"POST {door.route}" in DOORS and not door.is_api:
                tried.append(self._tried(door, f"POST {door.route}", "post"))
        return tried

    def _tried(self, door: Door, line: str, method: str) -> Tried:
        body = spoken(getattr(door.view, "in_example", None) or {}, self.things) if door.is_api else {}
        guard = "" if getattr(door.view, "one_object", False) else door.verb
        return Tried(line, method, door.path_to(self._named(door)), body, DOORS[line], door.is_api, guard)

    def _named(self, door: Door) -> dict[str, Any]:
        if not door.names:
            return {}
        if door.noun not in self.nouns:
            self.nouns[door.noun] = NOUNS[door.noun][1](self.world)
        return self.nouns[door.noun]

    def user(self, seat: Seat) -> Any:
        """Somebody in this seat."""
        if seat is NOBODY:
            return None
        user = UserFactory()
        if seat is ENDED:
            self._held_everything_once(user)
        elif seat is not WITHOUT_POST:
            PostFactory(user=user, role=seat.role, **self._ground(seat))
            if seat.role in HOSPITAL_ROLES:
                join_staff(hospital=self._hospital(seat), user=user, by=user, at=LONG_AGO)
        return user

    def _ground(self, seat: Seat) -> dict[str, Any]:
        station = getattr(self, seat.where, None)
        if seat.reach == "station":
            return {"station": station}
        return {"division": station.county} if seat.reach == "region" else {}

    def _held_everything_once(self, user: Any) -> None:
        """A post of every role one after the other, the last until a second ago."""
        central = ("platform_admin", "auditor", "credit_officer", "claims_assessor", "finance_officer")
        roles = (
            *central,
            "doctor",
            "nurse",
            "pharmacist",
            "teacher",
            "county_manager",
            "county_clerk",
            "partner",
            "helper",
        )
        end = now() - dt.timedelta(seconds=1)
        for role in roles:
            reach = {"station": self.here} if role in {"partner", "helper"} else {"division": self.here.county}
            reach = {} if role in central else reach
            PostFactory(user=user, role=role, from_at=LONG_AGO, to_at=end, **reach)
            end -= dt.timedelta(days=1)

    def _hospital(self, seat: Seat) -> Hospital:
        """The hospital of the story's county, or one of the other county, which is made."""
        county = getattr(self, seat.where).county
        about = {"name": "Hospital", "name_zh": "医院", "level": "county", "zone": "Asia/Shanghai", "currency": "CNY"}
        return Hospital.objects.get_or_create(division=county, defaults={"code": f"H{county.pk}", **about})[0]

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
        should = door.told_to(self.seat)
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
                return self._opens(door)
            if door.method == "get":
                return self.mobile.get(door.path, headers=self.headers)
            headers = self.headers | {"Idempotency-Key": uuid7().hex}
            return getattr(self.mobile, door.method)(door.path, door.body, "application/json", headers=headers)

    def _opens(self, door: Tried) -> Any:
        """A page that is only a button is pressed without its form."""
        self.browser.cookies = self.cookies.copy()
        if door.method == "get" and door.line not in self.house.buttons:
            answer = self.browser.get(door.path)
            if answer.status_code != 405:
                return answer
            self.house.buttons.add(door.line)
        return self.browser.post(door.path)


def told(door: Tried, answer: Any) -> int:
    """A redirect to the sign-in is a page's 401; whatever is not a refusal of access is being let in."""
    if not door.is_api and answer.status_code == 302 and answer.url.startswith("/sign-in/?next="):
        return 401
    return answer.status_code if answer.status_code in {401, 403, 404} else 200
