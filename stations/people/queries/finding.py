"""Finding residents within a reach, the best hits first."""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from stations.accounts.models import User
from stations.network.models import Station
from stations.people.identity import indexes_of
from stations.people.models import Person, ResidentCard
from stations.people.names import KEYS_PER_KIND, SHORTEST_SUBSTRING, name_keys
from stations.people.queries.rows import Found, found_people
from stations.people.queries.typed import DIGITS_BY_POST, Kind, Typed, understand
from stations.scope import REGION_COLUMNS, posts_granting

#: A search shows at most this many; more is one letter away.
ROWS = 20


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a search looks: stations, or whole counties; `own` stations come first among equals."""

    own: tuple[int, ...] = ()
    counties: tuple[int, ...] = ()
    is_wide: bool = False
    post: Any = None

    @property
    def is_logged(self) -> bool:
        """Whether a search within it leaves a row: it goes beyond the own station, or an emergency post opens it."""
        return bool(self.counties) or (self.post is not None and self.post.is_break_glass)


def scope_of(user: User, *, scope: str) -> Reach:
    """Where this person may search: the own stations, or with `scope="county"` all of their county.

    Posts over a region search that region in either scope.
    """
    posts = posts_granting(user, "stations.find_person")
    own = tuple(post.station_id for post in posts if post.reach == "station")
    where = Q(pk__in=own) if scope == "county" else Q(pk__in=[])
    for post in posts:
        if post.reach == "network":
            where |= Q(pk__isnull=False)
        elif post.reach == "region":
            where |= Q(**{REGION_COLUMNS[post.division_level]: post.division_id})
    counties = tuple(Station.objects.filter(where).values_list("county_id", flat=True).distinct().order_by("county_id"))
    return Reach(own, counties, is_wide=scope == "county" and bool(own), post=_post_named(posts))


def _post_named(posts: list[Any]) -> Any | None:
    """The post that a logged search names: an emergency post before all others."""
    return next((post for post in posts if post.is_break_glass), posts[0] if posts else None)


def find_people(*, text: str, reach: Reach, limit: int = ROWS) -> list[Found]:
    """The residents whom this text finds, best first.

    Exact before prefix before substring, own station before county, most recently served first, then name, then id.
    Raises `QueryTooShort`.
    """
    typed = understand(text)
    return found_people(_ids(typed, reach, limit), own=reach.own)


def nearest_people(*, text: str, reach: Reach, limit: int = 3) -> list[Found]:
    """Whom somebody may have meant who found nobody: names of the own station that are spelt much like this."""
    typed = understand(text)
    if typed.kind not in (Kind.NAME, Kind.LETTERS) or not reach.own:
        return []
    return found_people(_nearest_ids(typed, reach, limit), own=reach.own)


# A search is one range of one covering index. Up to NARROW hits are sorted at once; a text that more people share
# ("li", 王) would sort half a county: there the index in the order of service is walked until the page is full.
# A person has at most KEYS_PER_KIND keys of a kind: that many times the limit holds enough different people.
NARROW = 5_000
HITS = """
(SELECT person_id, station_id, served_at, name, kind, {rank} AS rank FROM stations_namekey
  WHERE {place} AND kind = '{kind}' AND key LIKE %(pattern)s{only} {end})
"""
BY_SERVICE = "ORDER BY served_at DESC NULLS LAST, name, person_id LIMIT %(cut)s"
BEST = """
WITH hits AS MATERIALIZED ({hits})
SELECT person_id, (
    SELECT array_agg(kind) FROM (SELECT kind FROM hits GROUP BY kind HAVING count(*) > %(narrow)s) AS crowded
) FROM (
    SELECT DISTINCT ON (person_id) * FROM hits ORDER BY person_id, rank
) AS person
ORDER BY rank, station_id <> ALL(%(own)s), served_at DESC NULLS LAST, name, person_id
LIMIT %(limit)s
"""
COUNTIES, OWN, COUNTY = "county_id = ANY(%(counties)s)", "station_id = ANY(%(own)s)", "county_id = {}"


class Keys(NamedTuple):
    """Which keys a kind of text is compared with, and how well a hit ranks: exact 0, beginning 1, inside 2."""

    kinds: tuple[str, ...]
    rank: str
    exact: str
    #: A condition beside the key's beginning: one hanzi is no substring.
    only: str = ""


LETTERS = Keys(("initials", "pinyin"), "CASE WHEN key = %(text)s THEN 0 ELSE 1 END", " AND key = %(text)s")
NAME = Keys(
    ("name",),
    "CASE WHEN name = %(text)s THEN 0 WHEN name LIKE %(pattern)s THEN 1 ELSE 2 END",
    " AND name LIKE %(pattern)s",
)
ONE_HANZI = Keys(
    ("name",),
    "CASE WHEN name = %(text)s THEN 0 ELSE 1 END",
    " AND key = %(text)s",
    " AND name LIKE %(pattern)s",
)


def _ids(typed: Typed, reach: Reach, limit: int) -> list[UUID]:
    if typed.kind == Kind.NAME:
        return _ids_by_key(NAME if len(typed.text) >= SHORTEST_SUBSTRING else ONE_HANZI, typed.text, reach, limit)
    if typed.kind == Kind.LETTERS:
        return _ids_by_key(LETTERS, typed.text, reach, limit)
    if typed.kind == Kind.PHONE:
        return _ids_by_phone(typed.text, reach, limit)
    if typed.kind == Kind.ID_NUMBER:
        found = _within(reach).filter(id_index__in=indexes_of("resident_id", typed.text))
        return list(found.values_list("pk", flat=True))
    if typed.kind == Kind.CARD:
        card = ResidentCard.objects.filter(person=OuterRef("pk"), code=typed.text, revoked_at=None)
        return list(_within(reach).filter(Exists(card)).values_list("pk", flat=True))
    return []


def _ids_by_key(keys: Keys, text: str, reach: Reach, limit: int) -> list[UUID]:
    params: dict[str, Any] = {
        "counties": list(reach.counties),
        "own": list(reach.own),
        "text": text,
        "pattern": _prefix(text),
        "cut": limit * KEYS_PER_KIND,
        "limit": limit,
        "narrow": NARROW,
    }
    ids, crowded = _best(_narrow(keys, reach), params)
    return _best(_broad(keys, reach, crowded), params)[0] if crowded and reach.counties else ids


def _narrow(keys: Keys, reach: Reach) -> list[str]:
    """Every hit; in counties no more than tell that the text is broad."""
    places = [(COUNTIES, f"LIMIT {NARROW + 1}")] * bool(reach.counties)
    places += [(OWN, "")] * bool(reach.own and not reach.is_wide)
    return [_hits(keys, kind, place, end=end) for place, end in places for kind in keys.kinds]


def _broad(keys: Keys, reach: Reach, crowded: list[str]) -> list[str]:
    """The best of the own stations, of the exact or beginning names, and of everybody in the order of service.

    Only kinds of keys that are crowded are walked: a walk for what nobody is called would read the whole county.
    """
    places = [COUNTY.format(int(county)) for county in reach.counties]
    hits = [_hits(keys, kind, COUNTIES) for kind in keys.kinds if kind not in crowded]
    for kind in crowded:
        hits += [_hits(keys, kind, OWN)] if reach.own else []
        hits += [_hits(keys, kind, COUNTIES, only=keys.exact)]
        hits += [_hits(keys, kind, place, end=BY_SERVICE) for place in places]
    return hits


def _hits(keys: Keys, kind: str, place: str, *, only: str = "", end: str = "") -> str:
    return HITS.format(rank=keys.rank, kind=kind, place=place, only=keys.only + only, end=end)


def _best(hits: list[str], params: dict[str, Any]) -> tuple[list[UUID], list[str]]:
    """The best people, and the kinds of keys with more hits than are sorted at once."""
    if not hits:
        return [], []
    with connection.cursor() as cursor:
        cursor.execute(BEST.format(hits=" UNION ALL ".join(hits)), params)
        rows = cursor.fetchall()
    return [row[0] for row in rows], (rows[0][1] or []) if rows else []


BY_PHONE = """
SELECT person.id
  FROM stations_person AS person
 WHERE person.home_station_id = ANY(%(stations)s) AND person.phone_reversed LIKE %(pattern)s
   AND person.merged_into_id IS NULL AND (person.archived_at IS NULL OR %(is_whole)s)
 ORDER BY person.home_station_id <> ALL(%(own)s), person.last_served_at DESC NULLS LAST, person.full_name, person.id
 LIMIT %(limit)s
"""


def _ids_by_phone(tail: str, reach: Reach, limit: int) -> list[UUID]:
    stations = set(reach.own)
    if reach.counties:
        stations.update(Station.objects.filter(county__in=reach.counties).values_list("pk", flat=True))
    params: dict[str, Any] = {
        "stations": list(stations),
        "own": list(reach.own),
        "pattern": _prefix(tail),
        "limit": limit,
    }
    params["is_whole"] = len(tail) >= DIGITS_BY_POST
    with connection.cursor() as cursor:
        cursor.execute(BY_PHONE, params)
        return [row[0] for row in cursor.fetchall()]


NEAREST = """
SELECT person_id
  FROM (SELECT person_id, name, max(greatest(similarity(key, %(text)s), similarity(key, %(plain)s))) AS likeness
          FROM stations_namekey
         WHERE station_id = ANY(%(own)s) AND kind = ANY(%(kinds)s)
         GROUP BY person_id, name) AS near
 WHERE likeness >= 0.2
 ORDER BY likeness DESC, name, person_id
 LIMIT %(limit)s
"""


def _nearest_ids(typed: Typed, reach: Reach, limit: int) -> list[UUID]:
    text = typed.text
    kinds = ["initials", "pinyin"]
    if typed.kind == Kind.NAME:
        # Another character that sounds the same is the commonest slip: compare by sound.
        text = _sound(text)
    params: dict[str, Any] = {
        "text": text,
        "plain": _plain_sound(text),
        "own": list(reach.own),
        "kinds": kinds,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, params)
        return [row[0] for row in cursor.fetchall()]


def _prefix(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text) + "%"


def _within(reach: Reach) -> QuerySet[Person]:
    return Person.objects.living().filter(Q(home_station__in=reach.own) | Q(home_station__county__in=reach.counties))


def _sound(text: str) -> str:
    return name_keys(text, {}).pinyin[0] if name_keys(text, {}).pinyin else text


def _plain_sound(text: str) -> str:
    """Without the differences that half the country does not hear: zh and z, ng and n, l and n."""
    for heard, plain in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n")):
        text = text.replace(heard, plain)
    return text
