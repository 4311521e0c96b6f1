"""A file is looked at: nothing of it is taken in before somebody has read what it would do."""

import datetime as dt
import hashlib
from contextlib import suppress
from typing import IO

from django.db import transaction

from core.database.db import lock
from core.errors import WrongState, refuses
from core.history import record_change
from education.rosters.machine import ROSTER
from education.rosters.marks import marker_of
from education.rosters.models import Roster
from education.rosters.package import ManifestMissing, VersionUnknown, ZipUnusable, read_package
from education.rosters.planning import known_records, marks_in, planned
from stations.accounts.models import User
from stations.places.models import Division

#: So long the lines of a file wait for somebody to read what it would do.
KEPT = dt.timedelta(days=7)
_S = Roster.Status


@refuses(ZipUnusable, ManifestMissing, VersionUnknown)
@transaction.atomic
def check_roster(*, county: Division, source_system: str, file: IO[bytes], by: User, at: dt.datetime) -> Roster:
    """What taking in a file would do, line by line; of its content only what classes need is kept, and only until then.

    Refused: `zip_unusable`, `manifest_missing`, `version_unknown`. Everything else that is wrong stands in the report.
    """
    known = known_records(county, source_system)
    package = read_package(file, marker_of(county, source_system, marks_in(known)))
    file.seek(0)
    digest = hashlib.sha256(file.read()).hexdigest()
    plan = planned(package, known, county)
    status = _S.FAULTY if plan.faults else _S.CHECKED
    roster = Roster.objects.create(
        county=county,
        source_system=source_system,
        version=package.version,
        sha256=digest,
        lines=[] if plan.faults else [line for line, _outcome in plan.outcomes],
        report=plan.report,
        status=status,
        made_by=by,
        made_at=at,
    )
    record_change(roster, old="", new=status, at=at, actor=by.pk)
    return roster


@refuses()
def discard_old_rosters(*, at: dt.datetime) -> int:
    """Give up what nobody has taken in within a week; how many."""
    old = Roster.objects.filter(status=_S.CHECKED, made_at__lt=at - KEPT)
    given_up = 0
    for roster in old.order_by("pk"):
        with suppress(WrongState):
            discard_roster(roster=roster, by=None, at=at)
            given_up += 1
    return given_up


@refuses(WrongState)
@transaction.atomic
def discard_roster(*, roster: Roster, by: User | None, at: dt.datetime) -> Roster:
    """It is not taken in; its lines are forgotten, its report stays."""
    roster = lock(roster)
    ROSTER.check("discard_roster", roster.status)
    roster.status, roster.lines = _S.DISCARDED, []
    roster.save(update_fields=["status", "lines", "updated_at"])
    record_change(roster, old=_S.CHECKED, new=roster.status, at=at, actor=by.pk if by else None)
    return roster
