"""Every address x everybody: who works here, who works elsewhere, whose post has ended, and nobody.

The addresses come from the URLconf and the answers from `ecomnet/grants.py`: a new address is tried by all of them at
once, and fails until this page knows an object for it.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from core.access import PUBLIC, SIGNED_IN
from core.fields import uuid7
from ecomnet.grants import GRANTS
from finance.models import CashDay, CommissionPlan, FloatTopUp
from finance.tills.services import open_cash_day
from stations.models import Consent, ConsentText, Device, Post, Service, ServicePause
from stations.network.services import pause_service
from tests.architecture.test_doors import OTHERS, doors, view_of
from tests.demonstration import World, taken_back
from tests.factories.stations import DeviceFactory, UserFactory, partner_of, token_for

#: Answered by their own rules, tried by their own tests.
APART = re.compile(
    r"api/v1/gateways/|(livez|readyz|metrics|csp/|sw\.js|manifest\.webmanifest|components/)$"
    r"|sign-|api/v1/device-tokens/$|language/$"
)
#: Own things: whoever is signed in sees those of nobody else (404), whatever the post.
OWN = re.compile(r"files/<|me/devices/<|api/v1/accounts/<|(api/v1/earnings|finance/fees)/<|people/reveals/<")
#: Things of the whole house, without a place.
EVERYWHERE = re.compile(r"billers/<|finance/bills/new/<|commission-plans/<|books/<")

#: The noun of an address -> the verb that reads it, and how one at the story's station is had.
NOUNS: dict[str, tuple[str, Any]] = {
    "devices": ("stations.read_device", lambda world: {"device_id": device_of(world).pk}),
    "posts": ("stations.read_post", lambda world: {"post_id": post_of(world, "helper").pk}),
    "users": ("stations.read_post", lambda world: {"username": "helper"}),
    "people": ("stations.read_person", lambda world: {"person_id": world.resident.pk} | SLUGS),
    "consents": ("stations.read_person", lambda world: {"consent_id": consent_at(world).pk}),
    "households": ("stations.read_person", lambda world: {"household_id": world.resident.household_id}),
    "stations": ("stations.read_station", lambda world: {"code": world.station.code} | SLUGS),
    "certificates": ("stations.read_station", lambda world: {"number": "321324000310000000"}),
    "service-pauses": ("stations.read_service_pause", lambda world: {"pause_id": pause_of(world).pk}),
    "pauses": ("stations.read_service_pause", lambda world: {"pause_id": pause_of(world).pk}),
    "bill-fetches": ("finance.read_bill", lambda world: {"pk": world.fetch.pk}),
    "bills": ("finance.read_bill", lambda world: {"pk": world.fetch.pk, "code": "JS-POWER"}),
    "payments": ("finance.read_payment", lambda world: {"pk": world.payment().pk}),
    "refunds": ("finance.read_refund", lambda world: {"pk": world.refund.pk}),
    "cash-days": ("finance.read_cash_day", lambda world: {"pk": day_at(world).pk}),
    "tills": ("finance.read_cash_day", lambda world: {"pk": day_at(world).pk}),
    "topups": ("finance.read_topup", lambda world: {"pk": topup_at(world).pk}),
    "billers": ("", lambda world: {"code": "JS-POWER"}),
    "commission-plans": ("", lambda world: {"pk": CommissionPlan.objects.order_by("pk")[0].pk}),
    "books": ("", lambda world: {"code": "CN"}),
    "register": ("", lambda world: {"number": "321324000310000000"}),
    "files": ("", lambda world: {"pk": uuid7()}),
    "accounts": ("", lambda world: {"code": f"float:{world.elsewhere.code}", "month": "2026-01"}),
    "earnings": ("", lambda world: {"pk": uuid7()}),
    "fees": ("", lambda world: {"pk": uuid7()}),
    "reveals": ("", lambda world: {"reveal_id": 2**40}),
    "receipts": ("", lambda world: {"number": "321324-0003-260101-AAAAAA"}),
    "receipt": ("", lambda world: {"code": "AAAAAAAA"}),
    "help": ("", lambda world: {"name": "bill"}),
    "s": ("", lambda world: {"code": world.station.code}),
    "r": ("", lambda world: {"number": "321324000310000000"}),
}
SLUGS = {"service": "bill_payment", "way": "on", "slug": "pause", "purpose": "bills", "field": "phone"}


def device_of(world: World) -> Device:
    return Device.objects.filter(station=world.station).order_by("pk")[0]


def post_of(world: World, username: str) -> Post:
    return Post.objects.get(user__username=username)


def consent_at(world: World) -> Consent:
    return Consent.objects.filter(person=world.resident)[0]


def pause_of(world: World) -> ServicePause:
    return ServicePause.objects.get(division=world.station.county)


def day_at(world: World) -> CashDay:
    return CashDay.objects.filter(station=world.station).order_by("-pk")[0]


def topup_at(world: World) -> FloatTopUp:
    return FloatTopUp.objects.filter(station=world.station).order_by("-pk")[0]


def add_what_is_missing(world: World) -> None:
    """What the demonstration does not have at the story's station."""
    partner = world.user("partner")
    DeviceFactory(station=world.station, registered_by=partner)
    county = world.station.county
    pause_service(
        service=Service.objects.get(code="parcel_pickup"), division=county, actor=partner, at=now(), reason="系统维护"
    )
    if not CashDay.objects.filter(station=world.station).exists():
        open_cash_day(station=world.station, lines={}, by=partner, at=now())
    text = ConsentText.objects.filter(language="zh-hans").order_by("pk")[0]
    Consent.objects.create(
        person=world.resident,
        purpose=text.purpose,
        text_version=text,
        given_at=now(),
        given_by=world.resident,
        manner="signature",
        recorded_by=partner,
        station=world.station,
    )


@dataclass(frozen=True)
class Door:
    """One address with one method."""

    route: str
    method: str
    verb: str
    view: Any

    @property
    def is_api(self) -> bool:
        return self.route.startswith("api/")

    @property
    def words(self) -> list[str]:
        return self.route.removeprefix("api/v1/").removeprefix("finance/").split("/")

    @property
    def names(self) -> list[str]:
        return re.findall(r"<\w+:(\w+)>", self.route)

    @property
    def noun(self) -> str:
        """The word before the first parameter that names an object."""
        before = next(number for number, word in enumerate(self.words) if word.startswith("<"))
        return self.words[before - 1] if before and self.words[before - 1] != "new" else self.words[0]

    def path(self, world: World) -> str:
        known = NOUNS[self.noun][1](world) if self.names else {}
        return "/" + re.sub(r"<\w+:(\w+)>", lambda match: str(known[match[1]]), self.route)


def every_door() -> list[Door]:
    found = []
    for route, space, callback in doors():
        view = view_of(callback)
        if space == "admin" or view.__module__.startswith(OTHERS) or APART.search(route):
            continue
        methods = [method for method in ("get", "post", "patch") if hasattr(view, method)] or ["get"]
        for method in methods:
            verb = getattr(view, "requires", getattr(callback, "requires", None))
            if method == "get":
                verb = getattr(view, "reads", verb)
            found.append(Door(route, method, verb, view))
    return found


DOORS = every_door()
STAFF = ("clerk", "manager", "finance", "auditor", "admin", "manager331124")


@pytest.fixture
def people(world):
    """Everybody who tries the doors."""
    add_what_is_missing(world)
    ended = partner_of(world.station, UserFactory(username="ended"), to_at=now() - dt.timedelta(seconds=1))
    known = {name: world.user(name) for name in ("partner", "helper", *STAFF)}
    return known | {"stranger": world.stranger, "ended": ended}


def carries(user: Any, verb: str) -> bool:
    return any(verb in GRANTS[post.role] for post in user.live_posts)


def reaches(user: Any, verb: str, world: World) -> bool:
    """Whether a post that carries the verb reaches the story's station."""
    place = world.station
    above = {place.village_id, place.township_id, place.county_id, place.prefecture_id, place.province_id}
    return any(
        verb in GRANTS[post.role]
        and (post.reach == "network" or post.station_id == place.pk or post.division_id in above)
        for post in user.live_posts
    )


def expected(door: Door, user: Any, world: World) -> int:
    """401, 403, 404, or 200 for whatever comes of it when the person may."""
    if door.verb == PUBLIC:
        return 200
    if user is None:
        return 401
    if OWN.search(door.route):
        return 404 if door.verb == SIGNED_IN or carries(user, door.verb) else 403
    if door.verb == SIGNED_IN:
        return 200
    one_object = getattr(door.view, "one_object", False)
    if not door.names or EVERYWHERE.search(door.route):
        return 200 if carries(user, door.verb) else 403
    if not one_object and not carries(user, door.verb):
        return 403
    if reaches(user, door.verb, world):
        return 200
    return 403 if reaches(user, NOUNS[door.noun][0], world) else 404


def answer(door: Door, user: Any, world: World) -> int:
    client = Client(raise_request_exception=True)
    headers = {"Authorization": f"Token {token_for(user)}", "Idempotency-Key": uuid7().hex} if user else {}
    if door.is_api:
        body = known(getattr(door.view, "in_example", None) or {}, world)
        sent = {} if door.method == "get" else {"data": body, "content_type": "application/json"}
        response = getattr(client, door.method)(door.path(world), headers=headers, **sent)
    else:
        if user:
            client.force_login(user)
            session = client.session
            session["second_factor_at"] = now().isoformat()
            session.save()
        response = client.get(door.path(world))
    return response


def known(body: dict[str, Any], world: World) -> dict[str, Any]:
    """The example of a verb, speaking of the story's station."""
    things = {"station": world.station.code, "fetch_id": str(world.fetch.pk), "payer": str(world.resident.pk)}
    return {name: things.get(name, value) for name, value in body.items()}


def meaning(door: Door, response: Any) -> int:
    """A redirect to the sign-in is a page's 401; whatever is not a refusal of access counts as 200."""
    if not door.is_api and response.status_code == 302 and response.url.startswith("/sign-in/"):
        return 401
    return response.status_code if response.status_code in {401, 403, 404} else 200


def test_every_address_with_a_parameter_has_an_object_here():
    assert sorted({door.noun for door in DOORS if door.names} - NOUNS.keys()) == []


def test_everybody_gets_what_the_posts_say_at_every_address(world, people):
    wrong = []
    for door in DOORS:
        for name, user in [*people.items(), ("nobody", None)]:
            with taken_back():
                response = answer(door, user, world)
            should = expected(door, user, world)
            if meaning(door, response) != should and (door.route, name) not in NARROWER:
                wrong.append(f"{door.method.upper()} {door.route} {name}: {response.status_code}, not {should}")
            if response.status_code >= 500:
                wrong.append(f"{door.route} {name}: {response.status_code}")
    assert wrong == []


#: Where a rule of the trade is narrower than verb and reach.
NARROWER: set[tuple[str, str]] = set()
