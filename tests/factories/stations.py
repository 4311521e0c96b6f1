"""People, places and posts for tests. Nothing is made that was not asked for, but what the database demands."""

import datetime as dt
import itertools
from typing import Any

import factory
from django.utils.timezone import now
from knox.crypto import hash_token
from rest_framework.test import APIClient

from core.fields import uuid7
from stations.accounts.models import Device, DeviceToken, Post, Role, User
from stations.network.models import Station
from stations.places.models import Division

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
LEVELS = ("province", "prefecture", "county", "township", "village")
_counties = itertools.count(100_001)


class DivisionFactory(factory.django.DjangoModelFactory):
    """One division; without a parent it is a province."""

    class Meta:
        model = Division
        skip_postgeneration_save = True

    country = factory.LazyAttribute(lambda division: division.parent.country if division.parent else "CN")
    code = factory.Sequence(lambda n: f"{900_000_000_000 + n}")
    level = "province"
    name = factory.Sequence(lambda n: f"某地{n}")
    short_name = factory.SelfAttribute("name")
    parent = None
    path = "-"
    valid_from = dt.date(2020, 1, 1)
    source = "tests"

    @factory.post_generation
    def write_path(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and self.path == "-":
            self.path = f"{self.parent.path if self.parent else ''}{self.pk}/"
            Division.objects.filter(pk=self.pk).update(path=self.path)


def division_below(parent: Division | None, level: str = "village", **values: Any) -> Division:
    """A division of this level under the parent, with whatever is missing between them."""
    if parent is None and level in ("township", "village"):
        parent = county()
    start = LEVELS.index(parent.level) + 1 if parent else 0
    country = {"country": values["country"]} if "country" in values else {}
    for each in LEVELS[start : LEVELS.index(level)]:
        parent = DivisionFactory(level=each, parent=parent, **country)
    return DivisionFactory(level=level, parent=parent, **values)


def county(**values: Any) -> Division:
    """A county with its prefecture and province."""
    return division_below(None, "county", **{"code": f"{next(_counties)}000000", **values})


class UserFactory(factory.django.DjangoModelFactory):
    """A login without posts; its password is `password`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    last_name = "李"
    first_name = factory.Sequence(lambda n: f"桂兰{n}")
    password = factory.django.Password("password")
    phone = factory.Sequence(lambda n: f"+86138{n % 100_000_000:08d}")


class StationFactory(factory.django.DjangoModelFactory):
    """A village station with its divisions: `village=` puts it there, `county=` anywhere in that county.

    Its parent, the county's centre, is made when the county has none yet.
    """

    class Meta:
        model = Station

    kind = "village_station"
    status = "active"
    name = factory.Sequence(lambda n: f"第{n}村服务站")

    @classmethod
    def _create(cls, model_class: type[Station], *args: Any, **values: Any) -> Station:
        within = values.pop("county", None)
        village = values.pop("village", None) or division_below(within, "village")
        divisions = {"village": village, **_divisions_above(village)}
        if values["kind"] != "county_centre" and "parent" not in values:
            money_and_clock = {name: values[name] for name in ("currency", "zone") if name in values}
            values["parent"] = _centre_of(divisions, **money_and_clock)
        values.setdefault("code", next_station_code(divisions["county"]))
        return super()._create(model_class, *args, **divisions, **values)


def next_station_code(of: Division) -> str:
    """The next free code in this county."""
    return f"{of.code[:6]}-{Station.objects.filter(county=of).count() + 1:04d}"


class PostFactory(factory.django.DjangoModelFactory):
    """A post, by default of a helper at one station, that began long ago and has no end."""

    class Meta:
        model = Post

    user = factory.SubFactory(UserFactory)
    role = Role.HELPER
    reach = factory.LazyAttribute(lambda post: "station" if post.station else "region" if post.division else "network")
    station = None
    division = None
    from_at = LONG_AGO


class DeviceFactory(factory.django.DjangoModelFactory):
    """A browser that somebody has signed in on."""

    class Meta:
        model = Device

    label = "柜台电脑"
    registered_by = factory.SubFactory(UserFactory)
    registered_at = LONG_AGO


def partner_of(station: Station, user: User | None = None, **post: Any) -> User:
    """A partner of this station."""
    return _holding(user, role=Role.PARTNER, station=station, **post)


def helper_of(station: Station, user: User | None = None, **post: Any) -> User:
    """A helper of this station."""
    return _holding(user, role=Role.HELPER, station=station, **post)


def county_clerk_of(division: Division, user: User | None = None, **post: Any) -> User:
    """A clerk of this county."""
    return _holding(user, role=Role.COUNTY_CLERK, division=division, **post)


def county_manager_of(division: Division, user: User | None = None, **post: Any) -> User:
    """The manager of this county."""
    return _holding(user, role=Role.COUNTY_MANAGER, division=division, **post)


def finance_officer(division: Division | None = None, user: User | None = None, **post: Any) -> User:
    """A finance officer of a region, or of the whole network."""
    return _holding(user, role=Role.FINANCE_OFFICER, division=division, **post)


def credit_officer(division: Division | None = None, user: User | None = None, **post: Any) -> User:
    """A credit officer of a region, or of the whole network."""
    return _holding(user, role=Role.CREDIT_OFFICER, division=division, **post)


def claims_assessor(division: Division | None = None, user: User | None = None, **post: Any) -> User:
    """A claims assessor of a region, or of the whole network."""
    return _holding(user, role=Role.CLAIMS_ASSESSOR, division=division, **post)


def auditor(division: Division | None = None, user: User | None = None, **post: Any) -> User:
    """An auditor of a region, or of the whole network."""
    return _holding(user, role=Role.AUDITOR, division=division, **post)


def platform_admin(user: User | None = None, **post: Any) -> User:
    """A platform administrator."""
    return _holding(user, role=Role.PLATFORM_ADMIN, **post)


def token_for(user: User, device: Device | None = None, **values: Any) -> str:
    """A token of a mobile client, as the client holds it."""
    token = f"{uuid7().hex}{uuid7().hex}"
    DeviceToken.objects.bulk_create(
        [
            DeviceToken(
                **{
                    "digest": hash_token(token),
                    "token_key": token[:15],
                    "user": user,
                    "device": device or DeviceFactory(registered_by=user),
                    "session_epoch": user.session_epoch,
                    "created": now(),
                    **values,
                }
            )
        ]
    )
    return token


def api_client(user: User, device: Device | None = None) -> APIClient:
    """A mobile client of this person: real token, real sign-in, as in the field."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token_for(user, device)}")
    return client


def send(client: APIClient, path: str, **body: Any) -> Any:
    """A press of a button: a POST under a new key."""
    return client.post(path, body, format="json", headers={"Idempotency-Key": uuid7().hex})


def _holding(user: User | None, **post: Any) -> User:
    user = user or UserFactory()
    PostFactory(user=user, **post)
    user.__dict__.pop("live_posts", None)
    return user


def _divisions_above(village: Division) -> dict[str, Division]:
    found, division = {}, village.parent
    while division is not None:
        found[division.level] = division
        division = division.parent
    return found


def _centre_of(divisions: dict[str, Division], **values: Any) -> Station:
    known = Station.objects.filter(county=divisions["county"], kind="county_centre").exclude(status="closed").first()
    return known or StationFactory(kind="county_centre", name="县运营中心", village=divisions["village"], **values)
