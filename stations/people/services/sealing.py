"""The access log is sealed hour by hour, and the seals are calculated again every night.

The application's role can neither change nor delete a row of the log. The seals find what somebody with more rights
on the server did: a row that was changed, taken away or put in afterwards. Whoever also rewrites all later seals is
found by the collector of the process's log, to which each digest is written.
"""

import datetime as dt
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import connection, transaction

from stations.people.models import AccessSeal, AccessSealCheck

log = structlog.get_logger(__name__)

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
#: No request or job writes into the log for longer than this before its transaction ends.
LONGEST_TRANSACTION = HOUR
#: So many hours are sealed in one transaction; the next run goes on.
HOURS_AT_ONCE = 48
#: Below every row: the first seal covers all that was written before.
_BEFORE_ALL = -(2**63)
#: Seals of the last days are checked every night, each older one once in this many nights.
RECENT_DAYS, ROTATION = 7, 28

# A row with a number that was never given was put in by hand, and would keep all later rows from a seal.
_LAST_ROW_BEFORE = """
SELECT max(id) FROM stations_accessread
 WHERE id > %(after)s AND created_at < %(until)s
   AND id <= pg_sequence_last_value(pg_get_serial_sequence('stations_accessread', 'id')::regclass)
"""

_NEVER_GIVEN = """
SELECT DISTINCT date_trunc('hour', created_at) FROM stations_accessread
 WHERE id > pg_sequence_last_value(pg_get_serial_sequence('stations_accessread', 'id')::regclass) ORDER BY 1 LIMIT 24
"""

_DIGEST = """
SELECT count(*), encode(sha256(convert_to(
           %(previous)s || E'\\n' || %(hour)s || E'\\n' || coalesce(string_agg(jsonb_build_array(
               id, user_id, person_id, what, post_id,
               extract(epoch FROM at), extract(epoch FROM created_at)
           )::text, E'\\n' ORDER BY id), ''), 'UTF8')), 'hex')
  FROM stations_accessread WHERE id > %(after)s AND id <= %(last)s
"""


@dataclass(frozen=True, slots=True)
class WrongHour:
    """An hour whose rows or whose place in the chain are not what was sealed."""

    hour: str
    what: str


@transaction.atomic
def seal_access_log(*, at: dt.datetime) -> list[AccessSeal]:
    """Seal the hours that ended an hour ago or earlier and are not sealed yet. Called again: nothing more."""
    with connection.cursor() as cursor:
        # Seals cannot be locked: the application's role may not change them.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('people.seal_access_log', 0))")
    previous = AccessSeal.objects.order_by("-hour").first()
    until = (at - LONGEST_TRANSACTION).astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)
    hour = previous.hour + HOUR if previous else until - HOUR
    made: list[AccessSeal] = []
    while hour + HOUR <= until and len(made) < HOURS_AT_ONCE:
        previous = _seal(hour, previous, at=at)
        made.append(previous)
        hour += HOUR
    return made


def _seal(hour: dt.datetime, previous: AccessSeal | None, *, at: dt.datetime) -> AccessSeal:
    after = previous.last_id if previous else _BEFORE_ALL
    last = _last_row_before(hour + HOUR, after=after)
    chained = previous.digest if previous else ""
    count, digest = _digest_of(hour, after=after, last=last, previous=chained)
    made = AccessSeal.objects.create(
        hour=hour,
        after_id=after,
        last_id=last,
        row_count=count,
        digest=digest,
        previous_digest=chained,
        sealed_at=at,
    )
    log.info("access_log_sealed", hour=str(made), rows=count, digest=digest)
    return made


def _last_row_before(until: dt.datetime, *, after: int) -> int:
    values: dict[str, int | dt.datetime] = {"after": after, "until": until}
    with connection.cursor() as cursor:
        cursor.execute(_LAST_ROW_BEFORE, values)
        found: int | None = cursor.fetchone()[0]
    return after if found is None else found


def _digest_of(hour: dt.datetime, *, after: int, last: int, previous: str) -> tuple[int, str]:
    began = hour.astimezone(dt.UTC).isoformat()
    values: dict[str, int | str] = {"after": after, "last": last, "previous": previous, "hour": began}
    with connection.cursor() as cursor:
        cursor.execute(_DIGEST, values)
        count, digest = cursor.fetchone()
    return count, digest


@transaction.atomic
def check_access_seals(*, at: dt.datetime) -> AccessSealCheck:
    """Calculate seals again from the rows and keep what is wrong: all of the last week, the older ones by turns.

    The chain is followed from the first seal to the last. Hours whose rows may be forgotten by now are only followed.
    What was wrong at the last check is on turn again: an hour that was changed is named each night, not once in weeks.
    """
    first_whole = at - dt.timedelta(days=settings.ECOMNET_KEEP_ACCESS_LOGS_DAYS) + DAY
    recent, turn = at - RECENT_DAYS * DAY, at.toordinal() % ROTATION
    known = _known_to_be_wrong()
    checked = 0
    wrong: list[WrongHour] = []
    previous: AccessSeal | None = None
    for seal in AccessSeal.objects.order_by("hour").iterator():
        if not _follows(seal, previous):
            wrong.append(WrongHour(str(seal), "chain"))
        is_on_turn = seal.hour >= recent or seal.pk % ROTATION == turn or str(seal) in known
        if seal.hour >= first_whole and is_on_turn:
            checked += 1
            wrong += _faults_of(seal)
        previous = seal
    wrong += _put_in_by_hand()
    for fault in wrong:
        log.error("access_log_is_wrong", hour=fault.hour, what=fault.what)
    found = [{"hour": fault.hour, "what": fault.what} for fault in wrong]
    hours = len({fault.hour for fault in wrong})
    return AccessSealCheck.objects.create(at=at, checked=checked, wrong=found, wrong_count=hours)


def _put_in_by_hand() -> list[WrongHour]:
    """Hours with rows whose numbers nobody was given: no seal covers them."""
    with connection.cursor() as cursor:
        cursor.execute(_NEVER_GIVEN)
        return [WrongHour(f"{hour.astimezone(dt.UTC):%Y-%m-%dT%H}Z", "added") for (hour,) in cursor.fetchall()]


def _known_to_be_wrong() -> set[str]:
    last = AccessSealCheck.objects.order_by("-at", "-pk").first()
    return {fault["hour"] for fault in last.wrong} if last else set()


def _follows(seal: AccessSeal, previous: AccessSeal | None) -> bool:
    if previous is None:
        return (seal.after_id, seal.previous_digest) == (_BEFORE_ALL, "")
    chain = (previous.hour + HOUR, previous.last_id, previous.digest)
    return (seal.hour, seal.after_id, seal.previous_digest) == chain


def _faults_of(seal: AccessSeal) -> list[WrongHour]:
    count, digest = _digest_of(seal.hour, after=seal.after_id, last=seal.last_id, previous=seal.previous_digest)
    if digest == seal.digest:
        return []
    if count == seal.row_count:
        return [WrongHour(str(seal), "changed")]
    return [WrongHour(str(seal), "missing" if count < seal.row_count else "added")]
