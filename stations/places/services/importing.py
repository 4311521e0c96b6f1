"""Loading the state's list of divisions.

The file goes by COPY into a temporary table and is merged by set-based SQL in one transaction: the whole of mainland
China (665,276 rows) is read in one pass and never stands in memory.
"""

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import ManyToOneRel
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.database.db import lock
from core.days import day_in, instant_of
from core.errors import Refused, refuses
from core.fields import uuid7
from core.jobs.services import enqueue
from stations.places import sql
from stations.places.files import TOLD, BadLines, DivisionFile
from stations.places.models import Division, DivisionName, DivisionSuccession, NameEnding
from stations.places.naming import romanise, shortener

#: Names romanised and written at a time.
NAMES_AT_ONCE = 20_000
LONGEST_ROMANISED = 240
LONGEST_INITIALS = 60


class ImportRunning(Refused):
    """Another import holds the lock."""

    code = "import_running"
    retry_after = 60
    message = gettext_lazy("Another import is running. Nothing was changed.")


class BadFile(Refused):
    """The file is refused as a whole; `lines` are the first faulty ones as (number, fault)."""

    code = "bad_file"
    status = 422
    message = gettext_lazy("The file has %(count)s faulty lines. Nothing was changed.")

    def __init__(self, bad: BadLines) -> None:
        self.lines = bad.reasons()
        super().__init__(count=bad.count)


class NotInFile(Refused):
    """`under` names a division that the file does not hold."""

    code = "not_in_file"
    status = 422
    message = gettext_lazy("The file does not hold the division %(code)s. Nothing was changed.")


class MovesAhead(Refused):
    """Another parent counts from the moment of loading, so that a list of a day to come may hold none."""

    code = "moves_ahead"
    status = 422
    message = gettext_lazy("The file gives divisions another parent. Load it on %(day)s or later. Nothing was changed.")


@dataclass
class Imported:
    """What an import did, or would do."""

    read: int = 0
    created: int = 0
    renamed: int = 0
    moved: int = 0
    missing: int = 0
    ended: int = 0
    #: Divisions that the file no longer holds, as "code level name": the first of them.
    missing_examples: list[str] = field(default_factory=list)
    #: Those that could not be ended, because something stands there.
    kept_examples: list[str] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """Divisions that stood before and are different now."""
        return self.renamed + self.moved + self.ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of a country's list, in force from a date in a zone; `at` is the instant of loading.

    `under` is the code of a division: only what stands below it is merged.
    """

    country: str
    source: str
    valid_from: dt.date
    under: str = ""
    zone: str = "UTC"
    at: dt.datetime | None = None

    @property
    def is_ahead(self) -> bool:
        """Whether it is loaded before the day on which it comes into force."""
        return self.at is not None and day_in(self.zone, self.at) < self.valid_from

    @property
    def values(self) -> dict[str, Any]:
        """As parameters of the statements."""
        return {
            "country": self.country,
            "source": self.source,
            "valid_from": self.valid_from,
            "under": self.under.ljust(12, "0"),
        }


def _quietly(step: str) -> None:
    """Tell nobody."""


@refuses(ImportRunning, BadFile, NotInFile, MovesAhead)
@transaction.atomic
def import_divisions(
    *,
    path: Path,
    edition: Edition,
    follow: Callable[[], int],
    tell: Callable[[str], None] = _quietly,
) -> Imported:
    """Merge a list into the table; divisions that the list no longer holds are only counted.

    The key is (code, level). An unknown key is created; another name ends the old `DivisionName` and starts a new one;
    another parent rewrites the path of the whole subtree, and `follow` lets what repeats the tree follow it.
    Names of a list of a day to come show from that day on. Raises `ImportRunning`, `BadFile` (the first faulty lines;
    nothing is written), `NotInFile`, `MovesAhead`.
    """
    return _merge(path, edition, follow, tell)


@refuses(ImportRunning, BadFile, NotInFile, MovesAhead)
@transaction.atomic
def import_divisions_and_end_missing(
    *,
    path: Path,
    edition: Edition,
    follow: Callable[[], int],
    tell: Callable[[str], None] = _quietly,
) -> Imported:
    """As `import_divisions`, and divisions that the list no longer holds end on `valid_from`.

    One where something stands (a station, a household, a post …) or that still has children stays and is listed.
    """
    imported = _merge(path, edition, follow, tell)
    if imported.missing:
        tell(_("Ending divisions that are no longer in the file"))
        _end_missing(edition, imported)
    return imported


@transaction.atomic
def correct_romanised(*, division: Division, romanised: str) -> Division:
    """A hand's correction of the romanised name (重庆 is Chongqing, not Zhongqing); no import overwrites it.

    The first initial follows; the others are those of the syllables, which a hand does not separate.
    """
    division = lock(division)
    division.romanised = romanised
    division.initials = romanised[:1].lower() + division.initials[1:]
    division.is_romanised_by_hand = True
    division.save(update_fields=["romanised", "initials", "is_romanised_by_hand", "updated_at"])
    names = DivisionName.objects.filter(division=division, name=division.name)
    names.update(romanised=romanised, initials=division.initials)
    return division


def _merge(path: Path, edition: Edition, follow: Callable[[], int], tell: Callable[[str], None]) -> Imported:
    imported = Imported()
    with connection.cursor() as cursor:
        claim_import(cursor)
        imported.read = _load(cursor, path, edition, tell)
        _make_names(cursor, edition, tell)
        for level in Division.LEVELS:
            tell(_("Merging: %(level)s") % {"level": Division.Level(level).label})
            _merge_level(cursor, level, edition, imported)
        if imported.created:
            tell(_("Writing the history of names"))
            cursor.execute(sql.NAME_CREATED, edition.values)
        imported.renamed = _rename(cursor, edition)
        if imported.moved:
            _refuse_moves_ahead(edition)
            follow()
        cursor.execute(sql.ENDING, edition.values)
        imported.missing_examples = _examples(cursor)
        cursor.execute("SELECT count(*) FROM ending")
        imported.missing = cursor.fetchone()[0]
    return imported


@refuses(ImportRunning)
def claim_import(cursor: Any) -> None:
    """One import at a time, of whatever list. Raises `ImportRunning`."""
    cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('stations.import_divisions', 0))")
    if not cursor.fetchone()[0]:
        raise ImportRunning


def _load(cursor: Any, path: Path, edition: Edition, tell: Callable[[str], None]) -> int:
    """The file in the temporary table `wanted`, checked; the number of its rows."""
    bad = BadLines()
    file = DivisionFile(path, bad, tell)
    cursor.execute(sql.INCOMING)
    cursor.copy_expert("COPY incoming (line, code, level, name, parent_code) FROM STDIN", file)
    cursor.execute("ANALYZE incoming")
    cursor.execute(sql.PLACED, edition.values)
    _find_faults(cursor, edition, bad, sql.REPEATED, _("repeats the code and level of line %(detail)s"))
    _find_faults(
        cursor, edition, bad, sql.WITHOUT_PARENT, _("the parent %(detail)s is neither in the file nor in the table")
    )
    _refuse(bad)
    _keep_only_under(cursor, edition)
    cursor.execute(sql.WANTED, edition.values)
    _find_faults(cursor, edition, bad, sql.OLDER_THAN_NAME, _("the name in the table is newer, from %(detail)s"))
    _find_faults(cursor, edition, bad, sql.OLDER_THAN_END, _("the division in the table ended later, on %(detail)s"))
    _refuse(bad)
    return file.read_rows


def _refuse(bad: BadLines) -> None:
    if bad.count:
        raise BadFile(bad)


def _find_faults(cursor: Any, edition: Edition, bad: BadLines, statement: str, fault: str) -> None:
    cursor.execute(statement, edition.values)
    for line, detail in cursor.fetchall():
        bad.add(line, fault % {"detail": detail})


def _keep_only_under(cursor: Any, edition: Edition) -> None:
    if not edition.under:
        return
    cursor.execute("SELECT EXISTS (SELECT FROM placed WHERE code = %(under)s)", edition.values)
    if not cursor.fetchone()[0]:
        raise NotInFile(code=edition.under)
    cursor.execute(sql.ONLY_UNDER, edition.values)


def _make_names(cursor: Any, edition: Edition, tell: Callable[[str], None]) -> None:
    """Short and romanised names of every new name, each made once."""
    shorten = shortener(NameEnding.objects.filter(country=edition.country).values_list("ending", "short"))
    cursor.execute(sql.NAMES)
    done = 0
    while names := _next_names(cursor, done):
        rows = io.StringIO("".join(_named_row(name, is_village, shorten) for _id, name, is_village in names))
        cursor.copy_expert("COPY named (name, is_village, short_name, romanised, initials) FROM STDIN", rows)
        done = names[-1][0]
        tell(_("%(count)d names written in Latin letters") % {"count": done})
    cursor.execute("ANALYZE named")


def _next_names(cursor: Any, done: int) -> list[tuple[int, str, bool]]:
    cursor.execute(
        "SELECT id, name, is_village FROM naming WHERE id > %s ORDER BY id LIMIT %s",
        [done, NAMES_AT_ONCE],
    )
    return cursor.fetchall()


def _named_row(name: str, is_village: bool, shorten: Callable[[str], str]) -> str:
    short = shorten(name) if is_village else name
    romanised, initials = romanise(short)
    fields = (name, "t" if is_village else "f", short, romanised[:LONGEST_ROMANISED], initials[:LONGEST_INITIALS])
    return "\t".join(field.replace("\\", "\\\\") for field in fields) + "\n"


def _merge_level(cursor: Any, level: str, edition: Edition, imported: Imported) -> None:
    values = {**edition.values, "level": level}
    cursor.execute(sql.JOIN_LISTS)
    cursor.execute(sql.CREATE, values)
    imported.created += cursor.rowcount
    cursor.execute(sql.MOVING, values)
    moving = cursor.fetchone()[0]
    cursor.execute(sql.JOIN_FEW)
    if moving:
        cursor.execute(sql.MOVE)
        imported.moved += moving


def _refuse_moves_ahead(edition: Edition) -> None:
    if edition.is_ahead:
        raise MovesAhead(day=edition.valid_from)


def _rename(cursor: Any, edition: Edition) -> int:
    """The names that differ, in the history of names; how many. Those of a day to come wait for its midnight."""
    cursor.execute(sql.RENAMED)
    renamed = cursor.fetchone()[0]
    for statement in sql.RENAME if renamed else ():
        cursor.execute(statement, edition.values)
    if renamed and edition.is_ahead:
        enqueue(
            "places.show_names",
            dedupe_key=f"names:{edition.country}:{edition.valid_from}:{uuid7()}",
            payload={"country": edition.country, "date": edition.valid_from.isoformat()},
            run_at=instant_of(edition.zone, edition.valid_from, dt.time()),
        )
    elif renamed:
        show_names(country=edition.country, date=edition.valid_from)
    return renamed


@transaction.atomic
def show_names(*, country: str, date: dt.date) -> int:
    """Divisions whose name of this date is new carry it from now on; how many. Again changes none."""
    with connection.cursor() as cursor:
        cursor.execute(sql.NAME_OF_TODAY, {"country": country, "valid_from": date})
        return cursor.rowcount


def _examples(cursor: Any) -> list[str]:
    cursor.execute(sql.EXAMPLES, {"told": TOLD})
    return [row[0] for row in cursor.fetchall()]


def _end_missing(edition: Edition, imported: Imported) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(id) FROM ending")
        missing = cursor.fetchone()[0]
        cursor.execute(sql.KEEP_YOUNGER, edition.values)
        for table, column in _where_divisions_stand():
            cursor.execute(sql.KEEP_OCCUPIED.format(table=table, column=column))
        for level in reversed(Division.LEVELS):
            cursor.execute(sql.KEEP_PARENTS, {"level": level})
        cursor.execute(sql.END, edition.values)
        imported.ended = cursor.rowcount
        cursor.execute(sql.KEPT_EXAMPLES, {"missing": missing, "told": TOLD})
        imported.kept_examples = [row[0] for row in cursor.fetchall()]


def _where_divisions_stand() -> list[tuple[str, str]]:
    """Every (table, column) of the system that names a division, but for the tree's own."""
    quoted = connection.ops.quote_name
    return [
        (quoted(relation.field.model._meta.db_table), quoted(relation.field.column))
        for relation in Division._meta.get_fields(include_hidden=True)
        if isinstance(relation, ManyToOneRel)
        and relation.one_to_many
        and relation.related_model not in (Division, DivisionName, DivisionSuccession)
    ]
