"""Places and people: the state's list of divisions, and finding one resident among a million."""

import contextlib
import copy
import datetime as dt
import gzip
import itertools
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils.timezone import now

from benchmarks import databases, filling, sites
from benchmarks.lines import Line, Scale, times
from stations.models import Division, Person, Station
from stations.network.services import follow_divisions
from stations.people.believable import villagers
from stations.people.bulk import load_people
from stations.people.queries import Reach, find_people
from stations.places.services import Edition, Imported, import_divisions

WHOLE_COUNTRY = Path("data/places/china-2023.csv.gz")
EDITION = Edition(country="CN", source="nbs-2023", valid_from=dt.date(2023, 6, 30))
#: Residents of one county: a small one, a large one, and with --full more than any county has.
SMALL, LARGE, HUGE = 100_000, 1_000_000, 7_000_000
STATIONS, MODELS = 300, 20_000


def measure(scale: Scale) -> Iterator[Line]:
    """Import of every place of the country, and the search of a resident in a county that grows."""
    yield from _places(scale)
    yield from _search(scale)


def _places(scale: Scale) -> Iterator[Line]:
    with databases.of_ecomnet("places"), _list_of_places(scale) as path:
        first, cost, loaded = _import(path)
        again, _cost, repeated = _import(path)
    yield Line(
        f"import of {loaded.read:,} places",
        f"{first:.0f} s",
        "<= 120 s",
        first <= 120 and loaded.created == loaded.read,
        limit=f"{cost:.0f} s cpu",
    )
    changed = repeated.created + repeated.changed
    yield Line("the same file again", f"{again:.0f} s", "0 changes", changed == 0, ratio=times(again / first))


@contextlib.contextmanager
def _list_of_places(scale: Scale) -> Iterator[Path]:
    """The list of the whole country, or its first places."""
    whole = settings.BASE_DIR / WHOLE_COUNTRY
    if scale.size != "tiny":
        yield whole
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / whole.name
        with gzip.open(whole, "rb") as lines, gzip.open(path, "wb") as some:
            some.writelines(itertools.islice(lines, 500))
        yield path


def _import(path: Path) -> tuple[float, float, Imported]:
    """Seconds, seconds of processor time, and what was done."""
    with sites.stopwatch() as watch:
        imported = import_divisions(path=path, edition=EDITION, follow=follow_divisions)
    return watch.seconds, watch.cpu, imported


def _search(scale: Scale) -> Iterator[Line]:
    with sites.loaded("search", scale, residents=600, bills=2) as name:
        county = Division.objects.get(code="321324000000", level="county")
        homes = _stations(county)
        random = Random(7)  # noqa: S311 - the same village in every run
        models = scale.of(tiny=400, quick=MODELS, full=MODELS)
        few, many = (scale.of(tiny=n * models, quick=count, full=count) for n, count in ((2, SMALL), (4, LARGE)))
        load_people(villagers(stations=homes, people=models, random=random, at=now(), first_number=10**6), at=now())
        texts = _texts(people=scale.of(tiny=3, quick=60, full=60))
        reach = Reach(own=(homes[0].pk,), counties=(county.pk,), is_wide=True)
        _grow(name, models, few)
        small = _median_cost(texts, reach)
        _grow(name, models, many)
        yield _line(f"search, county, {many:,} residents", texts, reach)
        own = Reach(own=(homes[0].pk,))
        yield _line("search, own station", texts, own)
        yield _naive(texts, county)
        yield _growth(few, many, small, _median_cost(texts, reach))
        if scale.is_full:
            _grow(name, models, HUGE)
            yield _line(f"search, county, {HUGE:,} residents", texts, reach)
            yield _growth(few, HUGE, small, _median_cost(texts, reach))


def _stations(county: Division) -> list[Station]:
    """Three hundred stations of one county: copies of one, with the next codes."""
    model = Station.objects.select_related("county", "village").filter(county=county, kind="village_station").first()
    copies = []
    for number in range(STATIONS):
        station = copy.copy(model)
        station._state = copy.copy(model._state)
        station.pk, station.code = None, f"{county.code[:6]}-{1000 + number}"
        copies.append(station)
    return Station.objects.bulk_create(copies)


def _texts(*, people: int) -> list[str]:
    """What people type: initials, pinyin, a whole name, a part of it, one character, the end of a phone."""
    texts = []
    for person in Person.objects.exclude(phone="").order_by("id_index", "pk")[:people]:
        keys = dict(person.name_keys.order_by("-key").values_list("kind", "key"))
        texts += [keys["initials"], keys["pinyin"], keys["pinyin"][:4], person.full_name, person.full_name[:1]]
        texts += [person.full_name[-2:], str(person.phone)[-4:], str(person.phone)[-6:]]
    return texts


# Residents past the services, for the size of the tables only: on a database to be dropped.
_COPIES = """
CREATE TEMPORARY TABLE copies AS
SELECT model.id AS model, uuidv7() AS id, home.id AS station,
       CASE WHEN random() < 0.6 THEN now() - random() * interval '90 days' END AS served_at,
       lpad((random() * 99999999)::bigint::text, 8, '0') AS digits
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM stations_person
         WHERE residence <> 'deceased' AND home_station_id BETWEEN {first} AND {first} + {stations} - 1
         LIMIT {models}) AS model,
       generate_series(1, {times}) AS n,
       LATERAL (SELECT {first} + (model.place + n * 7919) %% {stations} AS id) AS home
"""
_PEOPLE = """
INSERT INTO stations_person (id, home_station_id, phone, phone_reversed, last_served_at, id_kind, created_at,
       updated_at, full_name, preferred_name, sex, birth_date, birth_precision, language, residence, is_walk_in,
       village_id)
SELECT copies.id, copies.station, CASE WHEN phone = '' THEN '' ELSE '+86139' || digits END,
       CASE WHEN phone = '' THEN '' ELSE reverse('86139' || digits) END, copies.served_at, 'none', now(), now(),
       full_name, preferred_name, sex, birth_date, birth_precision, language, residence, is_walk_in, village_id
  FROM copies JOIN stations_person AS model ON model.id = copies.model
"""
_KEYS = """
INSERT INTO stations_namekey (person_id, station_id, county_id, kind, key, name, served_at, created_at, updated_at)
SELECT copies.id, copies.station, county_id, kind, key, name, copies.served_at, now(), now()
  FROM copies JOIN stations_namekey AS model ON model.person_id = copies.model
"""


def _grow(name: str, models: int, people: int) -> None:
    """So many residents, with their keys, in the one county."""
    first = Station.objects.filter(code__startswith="321324-1").order_by("pk").values_list("pk", flat=True)[0]
    more = people // models - Person.objects.count() // models
    copies = _COPIES.format(models=models, times=more, first=first, stations=STATIONS).replace("%%", "%")
    with filling.bare("stations_person", "stations_namekey", database=name):
        filling.fill(f"{copies};{_PEOPLE};{_KEYS}", database=name)
    connection.close()
    databases.as_owner("VACUUM ANALYZE stations_person", "VACUUM ANALYZE stations_namekey", database=name)


def _spent(texts: list[str], reach: Reach) -> list[float]:
    spent = []
    for text in texts:
        start = time.perf_counter()
        find_people(text=text, reach=reach)
        spent.append(1000 * (time.perf_counter() - start))
    return spent


def _median_cost(texts: list[str], reach: Reach) -> float:
    """Milliseconds of the middle search, the second time they are asked: of what is in memory."""
    _spent(texts, reach)
    return min(statistics.median(_spent(texts, reach)) for _ in range(3))


def _line(name: str, texts: list[str], reach: Reach) -> Line:
    _spent(texts, reach)
    spent = sorted(_spent(texts, reach))
    p95 = spent[len(spent) * 95 // 100]
    return Line(
        f"{name}, p95", f"{p95:.1f} ms", "<= 100 ms", p95 <= 100, limit=f"{statistics.median(spent):.1f} ms p50"
    )


def _naive(texts: list[str], county: Division) -> Line:
    """What is usually written: a part of the name or of the phone, anywhere in the county."""
    spent = []
    for text in texts[:: len(texts) // 12]:
        start = time.perf_counter()
        found = Person.objects.filter(
            Q(full_name__icontains=text) | Q(phone__endswith=text), home_station__county=county
        )
        list(found.order_by("-last_served_at", "full_name")[:20])
        spent.append(1000 * (time.perf_counter() - start))
    return Line("the same by icontains, median", "-", "", None, peer=f"{statistics.median(spent):,.0f} ms")


def _growth(few: int, many: int, before: float, after: float) -> Line:
    return Line(
        f"search, {few:,} to {many:,} residents",
        f"{after:.1f} ms",
        "<= 1.50 x",
        after <= 1.5 * before,
        limit=f"{before:.1f} ms",
        ratio=times(after / before),
    )
