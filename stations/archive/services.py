"""Proposing records for the archive, and deciding."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from core.database.db import lock
from core.errors import WrongState, refuses
from core.history import record_change
from core.state_machines import Machine
from stations.accounts.models import User
from stations.archive.models import ArchiveProposal
from stations.people.services import archive_person
from stations.rights.services import obligations_of

Status = ArchiveProposal.Status
#: A run proposes at most so many of a county: the longest unseen come first, the rest next month.
MOST = 500
#: Anyone who was kept is not proposed again for so long.
KEPT_FOR = dt.timedelta(days=365)

MACHINE = Machine(
    "proposal for the archive",
    Status,
    {"archive_proposed": frozenset({Status.PROPOSED}), "keep_proposed": frozenset({Status.PROPOSED})},
)

# Anyone who signs in here is seen every day.
PROPOSE = """
INSERT INTO stations_archiveproposal (created_at, updated_at, person_id, last_seen_at, status, proposed_at, reason)
SELECT now(), now(), person.id, coalesce(person.last_served_at, person.created_at), 'proposed', %(at)s, ''
  FROM stations_person AS person JOIN stations_station AS station ON station.id = person.home_station_id
  JOIN stations_division AS county ON county.id = station.county_id
 WHERE county.code = %(county)s AND county.level = 'county' AND station.zone = %(zone)s
   AND person.merged_into_id IS NULL AND person.erased_at IS NULL AND person.archived_at IS NULL
   AND coalesce(person.last_served_at, person.created_at) <= %(at)s - make_interval(months => %(months)s)
   AND NOT EXISTS (SELECT FROM stations_user AS login WHERE login.person_id = person.id AND login.is_active)
   AND NOT EXISTS (
    SELECT FROM stations_archiveproposal AS earlier
     WHERE earlier.person_id = person.id AND (earlier.status = 'proposed' OR earlier.decided_at > %(kept_since)s)
   )
 ORDER BY 4, person.id LIMIT %(most)s
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def propose_archiving(*, county: str, zone: str, at: dt.datetime) -> int:
    """Propose the records of a county that nobody has needed for `ECOMNET_ARCHIVE_AFTER_MONTHS` months; how many."""
    params: dict[str, Any] = {
        "county": county,
        "zone": zone,
        "at": at,
        "months": settings.ECOMNET_ARCHIVE_AFTER_MONTHS,
        "kept_since": at - KEPT_FOR,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(PROPOSE, params)
        return cursor.rowcount


@refuses(WrongState)
@transaction.atomic
def archive_proposed(*, proposal: ArchiveProposal, actor: User, at: dt.datetime) -> ArchiveProposal:
    """Set the record aside. One that something still binds (money, a request, a login) is kept, and says why.

    Raises `WrongState`.
    """
    proposal = lock(proposal)
    MACHINE.check("archive_proposed", proposal.status)
    if binding := obligations_of(proposal.person):
        return _decide(proposal, Status.KEPT, actor, at, "; ".join(binding)[:200])
    archive_person(person=proposal.person, by=actor, at=at)
    return _decide(proposal, Status.ARCHIVED, actor, at, "")


@refuses(WrongState)
@transaction.atomic
def keep_proposed(*, proposal: ArchiveProposal, actor: User, at: dt.datetime, reason: str = "") -> ArchiveProposal:
    """Leave the record at hand: it is not proposed again for a year. Raises `WrongState`."""
    proposal = lock(proposal)
    MACHINE.check("keep_proposed", proposal.status)
    return _decide(proposal, Status.KEPT, actor, at, reason)


@transaction.atomic
def decide_together(
    *, proposals: list[ArchiveProposal], verb: str, actor: User, at: dt.datetime
) -> list[ArchiveProposal]:
    """The same decision for several, all or none. `verb` is `archive_proposed` or `keep_proposed`."""
    decisions: dict[str, Callable[..., ArchiveProposal]] = {
        "archive_proposed": archive_proposed,
        "keep_proposed": keep_proposed,
    }
    return [
        decisions[verb](proposal=proposal, actor=actor, at=at) for proposal in sorted(proposals, key=lambda row: row.pk)
    ]


def _decide(row: ArchiveProposal, status: str, actor: User, at: dt.datetime, reason: str) -> ArchiveProposal:
    old, row.status = row.status, status
    row.decided_by, row.decided_at, row.reason = actor, at, reason
    row.save(update_fields=["status", "decided_by", "decided_at", "reason", "updated_at"])
    record_change(row, old=old, new=status, at=at, actor=actor.pk, reason=reason)
    return row
