"""What became of divisions whose code ended, and everybody who stands in them taken along."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.days import instant_of
from core.errors import Refused, refuses
from core.jobs.services import enqueue
from stations.hooks import SPLITS
from stations.places.changes import changes_in
from stations.places.files import BadLines
from stations.places.models import Division, DivisionName, DivisionSuccession
from stations.places.queries import FOLLOWED
from stations.places.services.importing import BadFile, ImportRunning, claim_import

DEEPEST_FIRST = tuple(reversed(Division.LEVELS))
#: Households and people that one run takes along; what is left is for the next run.
BATCH = 5_000
#: Tables and columns that say where somebody lives today, moved in batches.
FOLLOWERS = (("stations_household", "village_id"), ("stations_person", "village_id"))
MOVE = """
UPDATE {table} SET {column} = %(new)s, updated_at = now()
WHERE id IN (SELECT id FROM {table} WHERE {column} = %(old)s LIMIT %(batch)s)
"""
# What is few moves whole: a county's stations go together, because they stand under its centre. A pause goes along
# unless its service is already paused there.
MOVE_FEW = (
    "UPDATE stations_station SET village_id = %(new)s, updated_at = now() WHERE village_id = %(old)s",
    """
    UPDATE stations_post SET division_id = %(new)s, updated_at = now()
    WHERE division_id = %(old)s AND (to_at IS NULL OR to_at > %(at)s)
    """,
    """
    UPDATE stations_servicepause AS pause SET division_id = %(new)s, updated_at = now()
    WHERE division_id = %(old)s AND (to_at IS NULL OR to_at > %(at)s) AND NOT EXISTS (
        SELECT FROM stations_servicepause AS other
        WHERE other.division_id = %(new)s AND other.service_id = pause.service_id
            AND tstzrange(other.from_at, other.to_at) && tstzrange(pause.from_at, pause.to_at)
    )
    """,
    "UPDATE stations_registerreport SET county_id = %(new)s, updated_at = now() WHERE county_id = %(old)s",
    "UPDATE stations_registermiss SET county_id = %(new)s, updated_at = now() WHERE county_id = %(old)s",
)


class SuccessionCycle(Refused):
    """A division cannot become itself again."""

    code = "succession_cycle"
    status = 422
    message = gettext_lazy("Line %(line)s would lead back to where it began. Nothing was changed.")


@refuses(ImportRunning, BadFile, SuccessionCycle)
@transaction.atomic
def import_division_changes(*, path: Path, country: str, source: str, zone: str) -> int:
    """Load what became of divisions; how many successions are new. A second run of the file loads none.

    Each day's changes are applied by a job at the local midnight on which they begin. Raises `ImportRunning`,
    `BadFile` (the first faulty lines; nothing is written), `SuccessionCycle`.
    """
    with connection.cursor() as cursor:
        claim_import(cursor)
    bad = BadLines()
    found = [
        (line, *_both(line, bad, country, old, new, level, kind, date))
        for line, old, new, level, kind, date in changes_in(path, bad)
    ]
    if bad.count:
        raise BadFile(bad)
    new = [row for line, row in _new_ones(found, source)]
    _refuse_cycles(found)
    DivisionSuccession.objects.bulk_create(new)
    for date in sorted({row.effective_date for row in new}):
        enqueue(
            "places.apply_successions",
            dedupe_key=f"succession:{country}:{source}:{date}",
            payload={"country": country, "date": date.isoformat()},
            run_at=instant_of(zone, date, dt.time()),
        )
    return len(new)


@dataclass(frozen=True, slots=True)
class Applied:
    """What one run did: rows that went along, divisions that ended, splits that people decide; whether all is done."""

    moved: int
    ended: int = 0
    split: int = 0
    is_done: bool = True


@transaction.atomic
def apply_successions(*, country: str, date: dt.date, at: dt.datetime, follow: Callable[[], int]) -> Applied:
    """Take along what stands in a division that one other follows, and end the old ones on their date.

    Stations and posts go at once, households and people in batches: a run moves at most `BATCH` of them, and says
    whether another one is needed. The last run ends the divisions and tells the county of splits, whose parts are for
    people to choose. A run after the last one moves nothing.
    """
    rows = DivisionSuccession.objects.filter(old__country=country, effective_date=date).select_related("old", "new")
    by_old: dict[int, list[DivisionSuccession]] = {}
    for row in rows.order_by("pk"):
        by_old.setdefault(row.old_id, []).append(row)
    followed = [each[0] for each in by_old.values() if len(each) == 1 and each[0].kind in FOLLOWED]
    moved = sum(_move_few(succession, at) for succession in followed)
    if moved:
        follow()
    residents, is_done = _move_batch(followed)
    if not is_done:
        return Applied(moved + residents, is_done=False)
    split = [each for each in by_old.values() if each[0] not in followed]
    for successions in split:
        for tell in SPLITS:
            tell(successions=successions, at=at)
    return Applied(moved + residents, _end([row.old for row in rows], date), len(split))


def _both(
    line: int, bad: BadLines, country: str, old: str, new: str, level: str, kind: str, date: dt.date
) -> tuple[Any, ...]:
    before = Division.objects.filter(country=country, code=old, level=level).order_by("-valid_from").first()
    after = Division.objects.at(date).filter(country=country, code=new, level=level).first()
    for code, division in ((old, before), (new, after)):
        if division is None:
            bad.add(line, _("there is no %(level)s with the code %(code)s then") % {"level": level, "code": code})
    return before, after, kind, date


def _new_ones(found: list[Any], source: str) -> list[tuple[int, DivisionSuccession]]:
    known = set(DivisionSuccession.objects.values_list("old", "new"))
    return [
        (line, DivisionSuccession(old=old, new=new, kind=kind, effective_date=date, source=source))
        for line, old, new, kind, date in found
        if (old.pk, new.pk) not in known
    ]


def _refuse_cycles(found: list[Any]) -> None:
    """Follow every way, those of before and those of the file, and refuse the first that comes back."""
    ways: dict[int, set[int]] = {}
    for old, new in DivisionSuccession.objects.values_list("old", "new"):
        ways.setdefault(old, set()).add(new)
    for line, old, new, _kind, _date in found:
        if _leads(ways, new.pk, old.pk):
            raise SuccessionCycle(line=line)
        ways.setdefault(old.pk, set()).add(new.pk)


def _leads(ways: dict[int, set[int]], start: int, goal: int) -> bool:
    seen, waiting = set(), [start]
    while waiting:
        place = waiting.pop()
        if place == goal:
            return True
        if place not in seen:
            seen.add(place)
            waiting += ways.get(place, ())
    return False


def _move_few(succession: DivisionSuccession, at: dt.datetime) -> int:
    moved = 0
    with connection.cursor() as cursor:
        for statement in MOVE_FEW:
            cursor.execute(statement, {"old": succession.old_id, "new": succession.new_id, "at": at})
            moved += cursor.rowcount
    return moved


def _move_batch(successions: list[DivisionSuccession]) -> tuple[int, bool]:
    """Households and people of villages, at most a batch in all; whether none is left."""
    left = BATCH
    with connection.cursor() as cursor:
        for succession in successions:
            for table, column in FOLLOWERS if succession.old.level == Division.Level.VILLAGE else ():
                values = {"old": succession.old_id, "new": succession.new_id, "batch": left}
                cursor.execute(MOVE.format(table=table, column=column), values)
                left -= cursor.rowcount
                if not left:
                    return BATCH, False
    return BATCH - left, True


def _end(divisions: list[Division], date: dt.date) -> int:
    """Old codes end on their date, unless they began on it or something below them still stands.

    From the villages up: a county ends with its townships and they with their villages.
    """
    return sum(_end_level([each for each in divisions if each.level == level], date) for level in DEEPEST_FIRST)


def _end_level(divisions: list[Division], date: dt.date) -> int:
    ids = {division.pk for division in divisions if division.valid_from < date}
    standing = Division.objects.filter(parent__in=ids, valid_to=None).values_list("parent", flat=True)
    ending = Division.objects.filter(pk__in=ids - set(standing), valid_to=None)
    DivisionName.objects.filter(division__in=ending, valid_to=None, valid_from__lt=date).update(valid_to=date)
    return ending.update(valid_to=date)
