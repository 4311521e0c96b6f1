"""Every address x everybody: who works here, who works elsewhere, whose post has ended, and nobody.

The addresses come from the URLconf and the answers from `ecomnet/grants.py`: a new address is tried by all of them at
once, and fails until this page knows an object for it.
"""

import datetime as dt
from typing import Any

import pytest
from django.utils.timezone import now

from core.access import PUBLIC, SIGNED_IN
from ecomnet.grants import GRANTS
from tests.api.doors import (
    COUNTER,
    DOORS,
    EVERYWHERE,
    INNER_VERBS,
    NOUNS,
    OWN,
    STAFF,
    STEPS,
    Door,
    Visitor,
    add_what_is_missing,
)
from tests.demonstration import World
from tests.factories.stations import UserFactory, partner_of

#: A second manager opens the same doors, and who reads everything opens few: they try theirs with the slow tests.
AGAIN = {"manager331124", "auditor"}
WHO = [
    pytest.param(name, marks=pytest.mark.slow if name in AGAIN else ())
    for name in ("partner", "helper", *STAFF, "stranger", "ended", "nobody")
]


@pytest.fixture(params=WHO)
def who(world, request):
    """One of those who try the doors; None for nobody."""
    add_what_is_missing(world)
    if request.param == "nobody":
        return None
    if request.param == "ended":
        return partner_of(world.station, UserFactory(username="ended"), to_at=now() - dt.timedelta(seconds=1))
    return world.stranger if request.param == "stranger" else world.user(request.param)


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


def expected(door: Door, user: Any, world: World) -> set[int]:
    """401, 403, 404, or 200 for whatever comes of it when the person may."""
    if door.verb == PUBLIC:
        return {200, 404}
    if user is None:
        return {401}
    if door.verb == SIGNED_IN:
        return {404} if OWN.search(door.route) else {200, 401, 404} if STEPS.search(door.route) else {200}
    if not carries(user, door.verb) and not getattr(door.view, "one_object", False):
        return {403}
    if OWN.search(door.route):
        return {404}
    if COUNTER.search(door.route):
        has_own = any(post.reach == "station" for post in user.live_posts)
        return {200} if has_own or _keeps_the_centre(door, user) else {403, 404}
    return _expected_of_object(door, user, world)


def _keeps_the_centre(door: Door, user: Any) -> bool:
    """People of a county stand at the till of its centre."""
    return door.route.startswith("finance/tills/") and any(
        post.reach == "region" and door.verb in GRANTS[post.role] for post in user.live_posts
    )


def _expected_of_object(door: Door, user: Any, world: World) -> set[int]:
    if not (door.names or door.speaks_of_a_place):
        return {200}
    if not door.names:
        return {200} if reaches(user, door.verb, world) else {403, 404}
    reading = NOUNS[door.noun][0]
    if EVERYWHERE.search(door.route):
        return {200} if carries(user, door.verb) else {403} if carries(user, reading) else {404}
    if reaches(user, INNER_VERBS.get(door.route, door.verb), world):
        return {200}
    return {403} if reaches(user, reading, world) else {404}


def meaning(door: Door, response: Any) -> int:
    """A redirect to the sign-in is a page's 401; whatever is not a refusal of access counts as 200."""
    if not door.is_api and response.status_code == 302 and response.url.startswith("/sign-in/"):
        return 401
    return response.status_code if response.status_code in {401, 403, 404} else 200


def test_every_address_with_a_parameter_has_an_object_here():
    assert sorted({door.noun for door in DOORS if door.names} - NOUNS.keys()) == []


def test_everybody_gets_what_the_posts_say_at_every_address(world, who):
    visitor, wrong = Visitor(who, world), []
    for door in DOORS:
        if door.names and door.noun not in NOUNS:
            continue  # the test above says so
        response = visitor.tries(door)
        should = expected(door, who, world)
        if response.status_code >= 500 or meaning(door, response) not in should:
            error = getattr(response, "exc_info", None)
            wrong.append(f"{door.method.upper()} {door.route}: {response.status_code}, not {should} {error or ''}")
    assert not wrong, "\n".join(wrong)
