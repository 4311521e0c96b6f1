"""Who is asking: the user and the posts of this moment, read together in one statement."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Exists, OuterRef, Q

from core.database.prepared_statements import fetch_prepared
from core.database.reference import VERSION, note_version
from core.history import changes_of
from core.web.timeline import Entry, entries_of
from stations.accounts.models import STAFF_ROLES, Device, DevicePin, DeviceToken, Post, User
from stations.network.models import Station
from stations.people.models import Person
from stations.scope import REGION_COLUMNS

# One row per live post (one in all when there is none). Nothing of this is cached between requests: what ended is
# over with the next one.
WHO = """
SELECT {columns}, reached.level, reached.path, reached.name, EXISTS (
    SELECT FROM stations_contract AS contract
     WHERE contract.user_id = person.id AND contract.station_id = post.station_id AND contract.status = 'suspended'
), {version}
FROM {from_where}
LEFT JOIN stations_post AS post
       ON post.user_id = person.id AND post.from_at <= %(at)s AND (post.to_at IS NULL OR post.to_at > %(at)s)
LEFT JOIN stations_division AS reached ON reached.id = post.division_id
WHERE person.is_active AND {condition}
ORDER BY post.id
"""
BY_TOKEN = {
    "from_where": """stations_devicetoken AS token
        JOIN stations_device AS device ON device.id = token.device_id
        JOIN stations_user AS person ON person.id = token.user_id""",
    "condition": """token.digest = %(digest)s AND token.session_epoch = person.session_epoch
        AND (token.expiry IS NULL OR token.expiry > %(at)s) AND device.state = 'active'""",
}
BY_USER = {
    "from_where": "stations_user AS person LEFT JOIN stations_device AS device ON device.id = %(device)s",
    "condition": "person.id = %(user)s AND (%(device)s IS NULL OR device.state = 'active')",
}

#: What a request hardly ever needs and what takes time to make (a phone number is parsed); read when it is asked for.
SELDOM: dict[type[models.Model], frozenset[str]] = {
    User: frozenset({"phone", "email", "date_joined", "last_login", "wrong_tries", "last_try_at"}),
    Post: frozenset({"created_at", "updated_at", "reason", "appointed_by_id", "reviewed_by_id", "reviewed_at"}),
    DeviceToken: frozenset({"token_key", "created"}),
}


@dataclass(frozen=True, slots=True)
class Asking:
    """A person with the posts of this moment, and the token that spoke for them."""

    user: User
    token: DeviceToken | None = None


def holder_of_token(digest: str, *, at: dt.datetime) -> Asking | None:
    """Whose token this is; nobody's when it expired, its device was revoked, or the person's sessions were ended."""
    rows = _read(_statement(with_token=True), {"digest": digest, "at": at})
    if not rows:
        return None
    parts = _parts(with_token=True)
    token = _built(parts[0], rows[0])
    asking = Asking(_person(parts[1], parts[2], rows), token)
    token.user = asking.user
    return asking


def state_of_device(digest: str) -> str:
    """The state of the device that a token was given to; empty when there never was such a token."""
    return DeviceToken.objects.filter(digest=digest).values_list("device__state", flat=True).first() or ""


def devices_of(user: User) -> models.QuerySet[Device]:
    """Every device on which this person has signed in, revoked ones too, newest first."""
    used = Q(registered_by=user) | Q(pins__user=user)
    return Device.objects.filter(used).distinct().order_by("-registered_at")


def people_on(device: Device) -> list[User]:
    """Those who have signed in on this device."""
    return list(User.objects.filter(device_pins__device=device).order_by("last_name", "username"))


def signed_in_user(user_id: UUID, *, device_id: UUID | None, at: dt.datetime) -> User | None:
    """The user of a browser session; nobody when inactive, or when the session's device was revoked."""
    rows = _read(_statement(with_token=False), {"user": user_id, "device": device_id, "at": at})
    person, post = _parts(with_token=False)
    return _person(person, post, rows) if rows else None


def needs_second_factor(user: User, *, at: dt.datetime) -> bool:
    """Whether a post of now or of a day to come is a staff role, or the administration site is open to the user."""
    if user.is_staff or user.is_superuser:
        return True
    return user.posts.filter(role__in=STAFF_ROLES).exclude(to_at__lte=at).exists()


def people_of_device(device: Device) -> list[User]:
    """Who may sign in with a PIN on this device, those who come most often first."""
    chosen = DevicePin.objects.filter(device=device).exclude(pin_hash="").values("user")
    return list(User.objects.filter(pk__in=chosen, is_active=True).order_by("-last_login", "username"))


def device_at_work(secret_hash: str, *, at: dt.datetime) -> Device | None:
    """The active device with this secret, when somebody who uses it works at its station now."""
    workers = Post.objects.live(at).filter(user__device_pins__device=OuterRef("pk"), station=OuterRef("station"))
    return Device.objects.filter(Exists(workers), secret_hash=secret_hash, state=Device.State.ACTIVE).first()


def pin_stands(user: User, device: Device) -> bool:
    """Whether the person has chosen a PIN on this device."""
    return DevicePin.objects.filter(user=user, device=device).exclude(pin_hash="").exists()


def own_devices(user: User) -> models.QuerySet[Device]:
    """The devices that a person made known and that still count, newest first."""
    return Device.objects.filter(registered_by=user).exclude(state=Device.State.REVOKED).order_by("-registered_at")


def people_within(username: str, *, at: dt.datetime) -> models.QuerySet[Post]:
    """The posts, of now and to come, of the active user of this name: their reach is where the person can be found."""
    return Post.objects.filter(user__username=username, user__is_active=True).exclude(to_at__lte=at)


@dataclass(frozen=True, slots=True)
class _Part:
    """The columns of one model inside a row."""

    model: type[models.Model]
    alias: str
    names: tuple[str, ...]
    start: int
    stop: int
    wanted: frozenset[str]


@cache
def _parts(*, with_token: bool) -> tuple[_Part, ...]:
    wanted: list[tuple[type[models.Model], str]] = [(User, "person"), (Post, "post")]
    if with_token:
        wanted.insert(0, (DeviceToken, "token"))
    parts, start = [], 0
    for model, alias in wanted:
        names = tuple(
            field.attname for field in model._meta.concrete_fields if field.attname not in SELDOM.get(model, ())
        )
        parts.append(_Part(model, alias, names, start, start + len(names), frozenset(names)))
        start += len(names)
    return tuple(parts)


@cache
def _statement(*, with_token: bool) -> str:
    columns = ", ".join(f'{part.alias}."{name}"' for part in _parts(with_token=with_token) for name in part.names)
    return WHO.format(columns=columns, version=VERSION, **(BY_TOKEN if with_token else BY_USER))


def _read(statement: str, params: dict[str, Any]) -> list[tuple]:
    """The rows, without the version of reference data that each of them ends with."""
    rows = fetch_prepared(statement, params)
    if rows:
        note_version(rows[0][-1])
    return [row[:-1] for row in rows]


def _built(part: _Part, row: tuple) -> Any:
    return part.model.from_db(connection.alias, part.wanted, row[part.start : part.stop])


def _person(person: _Part, post: _Part, rows: list[tuple]) -> User:
    user = _built(person, rows[0])
    user.live_posts = []
    for row in rows:
        if row[post.start] is not None:
            held = _built(post, row)
            held.division_level, held.division_path, held.division_name, held.is_suspended = row[-4:]
            user.live_posts.append(held)
    return user


def own_logins(user: User) -> "list[UUID] | models.QuerySet[User, Any]":
    """Every login of the person who signed in as `user`: what one of them did does not wait for another of them."""
    if not user.person_id:
        return [user.pk]
    records = Person.objects.of_people(user.person_id).values("pk")
    return User.objects.filter(person__in=records).values("pk")


def names_of(changes: Iterable[Any], known: Iterable[User] = ()) -> dict[UUID, str]:
    """The names of the people who made these changes; only those who are not `known` are read."""
    names = {user.pk: user.shown_name for user in known}
    unknown = {change.actor for change in changes if change.actor} - names.keys()
    people = User.objects.filter(pk__in=unknown) if unknown else User.objects.none()
    return names | {user.pk: user.shown_name for user in people}


def history_of(row: Any, *, reasons: Callable[[str], str] = str, known: Iterable[User] = ()) -> list[Entry]:
    """What has become of an object, with the names of its people, as the `history` component shows it.

    `reasons` puts reasons into words where the machine keeps codes (`core.web.timeline.coded`). A change that keeps the
    state and gives no reason, such as a question added to a draft, is left out. `known` are people whom the page has
    read already.
    """
    changes = [change for change in changes_of(row) if change.old != change.new or change.reason]
    return entries_of(changes, row.Status, names=names_of(changes, known), reasons=reasons)


def people_in_role(role: str, *, at: dt.datetime, station: Station | None = None) -> models.QuerySet[User]:
    """Those who hold a role now; with a station, only where their post reaches it."""
    posts = Post.objects.live(at).filter(role=role)
    if station is not None:
        divisions = [getattr(station, f"{column}_id") for column in REGION_COLUMNS.values()]
        posts = posts.filter(Q(reach="network") | Q(station=station) | Q(division__in=divisions))
    return User.objects.filter(is_active=True, pk__in=posts.values("user")).order_by("pk")


def staff_phones(station: Station, *, at: dt.datetime, but: Any = None) -> set[str]:
    """The phones of everybody (`but` one person) who works at a station now, of login and resident's record, E.164."""
    workers = User.objects.filter(posts__in=Post.objects.live(at).filter(station=station))
    others = workers.exclude(person__in=Person.objects.of_people(but.pk)) if but else workers
    logins = list(others.values_list("phone", "person"))
    records = Person.objects.of_people(*[person for _phone, person in logins if person])
    phones = [phone for phone, _person in logins]
    phones += records.values_list("phone", flat=True)
    return {str(phone) for phone in phones if phone}


def works_at(person: Person, station: Station, *, at: dt.datetime) -> bool:
    """Whether a login of this person, or of a record that was merged into theirs, holds a post at the station now."""
    return Post.objects.live(at).filter(user__person__in=Person.objects.of_people(person.pk), station=station).exists()
