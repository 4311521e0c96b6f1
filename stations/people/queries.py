"""Finding residents, and what pages show of them."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.spans import holds_on
from core.text import is_hanzi
from stations.network.models import Station
from stations.people.identity import indexes_of, is_resident_id
from stations.people.masking import birth_year, mask_name, mask_national_phone, mask_phone
from stations.people.models import ConsentText, Guardianship, Household, Membership, NameKey, Person, ResidentCard
from stations.people.names import KEYS_PER_KIND, SHORTEST_SUBSTRING, fold_name, name_keys
from stations.people.phones import reverse
from stations.places.models import Division
from stations.places.queries import division_today
from stations.scope import REGION_COLUMNS, posts_granting

#: A search shows at most this many; more is one letter away.
ROWS = 20
FEWEST_LETTERS, FEWEST_DIGITS, MOST_DIGITS = 2, 4, 14
#: From here on digits are a whole phone or an identity number: they travel in the body of a POST, never in an address.
DIGITS_BY_POST = 11
CARD = re.compile(r"r1[0-9a-z]{14}")
PUNCTUATION = re.compile(r"[+\-()/'’.,]")


class QueryTooShort(Refused):
    """One letter, or fewer than four digits, would find half the village."""

    code = "query_too_short"
    status = 400
    message = _("Type a little more: one character of the name, two letters, or the last four digits of the phone.")


class SendByPost(Refused):
    """Whole numbers do not belong into an address, where logs and screens keep them."""

    code = "send_by_post"
    status = 400
    message = _("Whole phone and identity numbers are sent in the body of a POST.")


class Kind(StrEnum):
    """What a typed text is."""

    NAME = "name"
    LETTERS = "letters"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    CARD = "card"
    NOTHING = "nothing"


class Typed(NamedTuple):
    """A text as it was understood."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a search looks: stations, or whole counties; `own` stations come first among equals."""

    own: tuple[int, ...] = ()
    counties: tuple[int, ...] = ()
    is_wide: bool = False
    post: Any = None


@dataclass(frozen=True, slots=True)
class Found:
    """A row of a search: enough to pick somebody, not enough to copy them."""

    id: UUID
    name_masked: str
    phone_masked: str
    phone_short: str
    village: str
    birth_year: int | None
    home_station: str
    is_own: bool
    has_card: bool
    is_deceased: bool
    is_archived: bool = False
    looks_alike: bool = False
    head_masked: str = ""
    house_number: str = ""
    badges: list[Any] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The id as an address carries it."""
        return str(self.id)

    def as_json(self) -> dict[str, Any]:
        """As the API tells it."""
        return {
            "id": str(self.id),
            "name_masked": self.name_masked,
            "phone_masked": self.phone_masked,
            "village": self.village,
            "birth_year": self.birth_year,
            "home_station": self.home_station,
            "head_masked": self.head_masked,
            "house_number": self.house_number,
        }


def understand(text: str) -> Typed:
    """What was typed: hanzi are a name, Latin letters initials or pinyin, digits the end of a phone.

    Raises `QueryTooShort`.
    """
    folded = PUNCTUATION.sub("", fold_name(text))
    if CARD.fullmatch(folded):
        return Typed(Kind.CARD, folded.upper())
    if is_resident_id(folded):
        return Typed(Kind.ID_NUMBER, folded.upper())
    if folded.isascii() and folded.isdigit():
        return _understand_digits(folded)
    if any(is_hanzi(character) for character in folded):
        return Typed(Kind.NAME, folded)
    if sum(character.isalpha() for character in folded) < FEWEST_LETTERS:
        raise QueryTooShort(field="q")
    return Typed(Kind.LETTERS, folded)


def _understand_digits(digits: str) -> Typed:
    if len(digits) < FEWEST_DIGITS:
        raise QueryTooShort(field="q")
    if len(digits) > MOST_DIGITS:
        return Typed(Kind.NOTHING, "")
    return Typed(Kind.PHONE, reverse(digits))


def must_be_posted(text: str) -> bool:
    """Whether the text is, or may be, a whole number."""
    folded = PUNCTUATION.sub("", fold_name(text))
    return sum(character.isdigit() for character in folded) >= DIGITS_BY_POST and not CARD.fullmatch(folded)


def reach_of(user: Any, *, scope: str) -> Reach:
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
    return Reach(own, counties, is_wide=scope == "county" and bool(own), post=posts[0] if posts else None)


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
    params = {
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
    params = {"stations": list(stations), "own": list(reach.own), "pattern": _prefix(tail), "limit": limit}
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
    params = {"text": text, "plain": _plain_sound(text), "own": list(reach.own), "kinds": kinds, "limit": limit}
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


def found_people(ids: Sequence[UUID], *, own: Sequence[int] = ()) -> list[Found]:
    """These residents as rows of a list, masked, in the order given; those who look alike say more of themselves."""
    card = ResidentCard.objects.filter(person=OuterRef("pk"), revoked_at=None)
    people = (
        Person.objects.filter(pk__in=ids)
        .select_related("village", "home_station__village", "household__head", "household__village")
        .annotate(has_card=Exists(card))
    )
    by_id = {person.pk: person for person in people}
    rows = [_row(by_id[pk], own) for pk in ids if pk in by_id]
    twins = Counter(row.name_masked for row in rows)
    return [_told_apart(row, by_id[row.id]) if twins[row.name_masked] > 1 else row for row in rows]


def _row(person: Person, own: Sequence[int]) -> Found:
    return Found(
        id=person.pk,
        name_masked=mask_name(person.full_name),
        phone_masked=mask_phone(person.phone),
        phone_short=mask_national_phone(person.phone),
        village=village_of(person).short_name,
        birth_year=birth_year(person.birth_date),
        home_station=person.home_station.name,
        is_own=person.home_station_id in own,
        has_card=person.has_card,
        is_deceased=person.residence == Person.Residence.DECEASED,
        is_archived=person.archived_at is not None,
    )


def _told_apart(row: Found, person: Person) -> Found:
    household = person.household
    return replace(
        row,
        looks_alike=True,
        head_masked=mask_name(household.head.full_name) if household and household.head else "",
        house_number=household.house_number if household else "",
    )


def village_of(person: Person) -> Division:
    """Where this person lives, or else where their station stands."""
    return person.village or person.home_station.village


def likely_twins(person: Person, *, limit: int = 5) -> list[UUID]:
    """Registered people of the county who may be this one: same name and no other birth year, or same sound and phone.

    People of the same name whose documents differ are no twins.
    """
    county = person.home_station.county_id
    keys = name_keys(person.full_name, {})
    same_sound = NameKey.objects.filter(
        Q(kind="pinyin", key__in=keys.pinyin) | Q(kind="name", key=fold_name(person.full_name)), county=county
    )
    alike = (
        Person.objects.living()
        .filter(Q(pk__in=same_sound.values("person")) & (_same_name(person) | _same_phone(person)) | _set_aside(person))
        .exclude(pk=person.pk)
    )
    if person.birth_date:
        alike = alike.filter(Q(birth_date=None) | Q(birth_date__year=person.birth_date.year))
    if person.id_index:
        alike = alike.filter(id_index=None)
    return list(alike.order_by("-last_served_at", "pk").values_list("pk", flat=True)[:limit])


def _same_name(person: Person) -> Q:
    named = NameKey.objects.filter(person=OuterRef("pk"), kind="name", name=fold_name(person.full_name))
    return Q(Exists(named))


def _set_aside(person: Person) -> Q:
    """Records without keys: compared by the name itself."""
    return Q(archived_at__isnull=False, full_name=person.full_name, home_station__county=person.home_station.county_id)


def _same_phone(person: Person) -> Q:
    return Q(phone=person.phone) if person.phone else Q(pk__in=[])


def age_on(birth_date: dt.date | None, day: dt.date) -> int | None:
    """Whole years on a day; one born on 29 February is a year older on 1 March of a common year."""
    if birth_date is None:
        return None
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def confirmed_guardians(child: Person, day: dt.date) -> QuerySet[Person]:
    """Living adults whose guardianship somebody confirmed and which runs on this day."""
    open_ones = Guardianship.objects.filter(holds_on(day), child=child, confirmed_by__isnull=False)
    return Person.objects.filter(pk__in=open_ones.values("guardian"), died_date=None).order_by("birth_date", "pk")


def guardianships_of(child: Person) -> QuerySet[Guardianship]:
    """Everybody who answers or answered for this child, those of now first."""
    return child.guardianships.select_related("guardian", "confirmed_by", "evidence").order_by(
        F("to_date").desc(nulls_first=True), "-from_date", "-pk"
    )


def wards_of(guardian: Person) -> QuerySet[Guardianship]:
    """The children for whom this person answers now."""
    return guardian.wardships.filter(to_date=None).select_related("child").order_by("child__birth_date", "pk")


def adults_at_home(child: Person, day: dt.date, *, from_age: int) -> list[Person]:
    """The living adults of the child's household, the oldest first."""
    if child.household is None:
        return []
    people = [row.person for row in members_of(child.household) if row.person_id != child.pk]
    adults = [person for person in people if (age_on(person.birth_date, day) or 0) >= from_age]
    return sorted(adults, key=lambda person: (person.birth_date, str(person.pk)))


def merged_into(person_id: UUID) -> UUID | None:
    """The record that this one became part of; nothing while it stands for itself."""
    return Person.objects.filter(pk=person_id).values_list("merged_into", flat=True).first()


def records_of(person: Person) -> list[Person]:
    """The record and those that became part of it: what hangs on them is this person's."""
    return [person, *person.merged.select_related("household").order_by("pk")]


def villages_for(household: Household, day: dt.date) -> list[Division]:
    """Where a household may live: what became of its village, then the other villages of the township."""
    today = division_today(household.village, day)
    beside = Division.objects.at(day).filter(parent__in={village.parent_id for village in today}, level="village")
    known = {village.pk for village in today}
    return [*today, *beside.exclude(pk__in=known).order_by("code")]


def live_card(person: Person) -> ResidentCard | None:
    """The card that finds this person now."""
    return person.cards.filter(revoked_at=None).first()


def text_of_the_day(*, purpose: str, language: str, day: dt.date) -> ConsentText | None:
    """What is read out on this day: the latest version in force, in this language or else in another."""
    texts = ConsentText.objects.filter(purpose=purpose, from_date__lte=day)
    latest = texts.order_by("-version").first()
    if latest is None:
        return None
    return texts.filter(version=latest.version, language=language).first() or latest


def texts_of_the_day(*, language: str, day: dt.date) -> list[ConsentText]:
    """One text per purpose, as read out on this day."""
    texts = ConsentText.objects.filter(from_date__lte=day).order_by("purpose", "-version")
    latest: dict[str, ConsentText] = {}
    for text in texts:
        shown = latest.setdefault(text.purpose, text)
        if text.version == shown.version and text.language == language:
            latest[text.purpose] = text
    return list(latest.values())


def members_of(household: Household) -> QuerySet[Membership]:
    """Who belongs to the household now, the head first, then by age."""
    return (
        household.memberships.filter(to_date=None)
        .select_related("person__home_station")
        .order_by(Case(When(relation="head", then=0), default=1), "person__birth_date", "pk")
    )
