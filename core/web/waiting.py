"""What waits for a reader: every kind of it in one statement."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import DateTimeField, F, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import ngettext

from core.database.prepared_statements import fetch_prepared_of
from core.language import formatting
from core.web.console import Need, needs_for

#: A kind of which more waits is shown as this many and a plus.
MOST = 1000
#: For so many readers a process remembers the statement of the running minute, some 20 kB each.
REMEMBERED = 256
#: So many kinds of readers a connection has prepared the statement for. To plan its dozens of parts takes longer than
#: all other work for a page; people of the same posts share its words.
PREPARED = 8
MINUTE = dt.timedelta(minutes=1)
#: How programs write states and kinds.
WORD = re.compile(r"[a-z_.]*")

# One line per kind: how many wait, since when the oldest does, and where.
ONE = """SELECT %s, count(*), min(since), (array_agg(place ORDER BY since))[1]
FROM ({rows}) AS waiting (since, place)"""


@dataclass(frozen=True, slots=True)
class Waits:
    """How many of one kind wait, at most `MOST`; since when the oldest does, and at which place it is."""

    need: Need
    count: int
    since: dt.datetime
    place: str

    def days(self, at: dt.datetime) -> int:
        """For how many whole days the oldest has waited; 0 for what is due later."""
        return max((at - self.since).days, 0)

    def status(self, at: dt.datetime) -> str:
        """The colour of its age."""
        days = self.days(at)
        if days >= self.need.bad_days:
            return "bad"
        return "wait" if days >= self.need.wait_days else ""


def age_in_words(since: dt.datetime, at: dt.datetime) -> str:
    """For how long something has waited: `3 days`, or the time of today or yesterday."""
    days = (at - since).days
    if days >= 1:
        return ngettext("for %(count)s day", "for %(count)s days", days) % {"count": days}
    return formatting.near(timezone.localtime(since), timezone.localtime(at))


def many_in_words(count: int) -> str:
    """How many wait: `1,000+` where more are not counted."""
    return f"{count:,}+" if count >= MOST else f"{count:,}"


@dataclass(frozen=True, slots=True)
class _Reader:
    """On what the statement of a reader depends: who it is, what the posts reach, the zone of days, the minute."""

    user: Any = field(compare=False)
    key: UUID | None
    posts: tuple[object, ...]
    zone: str
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class _Statement:
    """What asks for all kinds of needs at once; without text where the database need not be asked."""

    text: str
    params: list[Any]
    needs: dict[str, Need]

    def read(self) -> list[Waits]:
        if not self.text:
            return []
        rows = [row for row in fetch_prepared_of("waiting", self.text, self.params, most=PREPARED) if row[1]]
        found = [Waits(self.needs[name], count, since, place or "") for name, count, since, place in rows]
        return sorted(found, key=lambda waits: waits.since)


def waiting_for(user: Any, *, at: dt.datetime) -> list[Waits]:
    """What waits for this user until the end of this minute, by kind, the oldest first.

    Each page shows it. To put the statement together costs more than all the rest of a page, so it is remembered.
    """
    until = at.replace(second=0, microsecond=0) + MINUTE
    posts = user.posts_key if user.is_authenticated else ()
    return _statement_for(_Reader(user, user.pk, posts, timezone.get_current_timezone_name(), until)).read()


@lru_cache(maxsize=REMEMBERED)
def _statement_for(reader: _Reader) -> _Statement:
    return _statement_of(needs_for(reader.user), reader.user, reader.until)


def waiting_of(needs: Sequence[Need], user: Any, *, at: dt.datetime) -> list[Waits]:
    """What waits of these kinds, the oldest first; nothing of which nothing waits."""
    return _statement_of(needs, user, at).read()


def _statement_of(needs: Sequence[Need], user: Any, at: dt.datetime) -> _Statement:
    parts = [part for need in needs if (part := _part(need, user, at))]
    text = "\nUNION ALL\n".join(statement for statement, _ in parts)
    return _Statement(text, [value for _, params in parts for value in params], {need.name: need for need in needs})


def _part(need: Need, user: Any, at: dt.datetime) -> tuple[str, list[Any]] | None:
    """The statement of one kind; None when the database need not be asked."""
    place = F(need.place) if need.place else Value("")
    rows = (
        need.rows(user=user, at=at)
        .order_by(need.since)
        .values_list(Cast(need.since, DateTimeField()), Cast(place, TextField()))
    )
    try:
        statement, params = rows[:MOST].query.sql_with_params()
    except EmptyResultSet:
        return None
    return _with_words(ONE.format(rows=statement), [need.name, *params])


def _with_words(statement: str, params: Sequence[Any]) -> tuple[str, list[Any]]:
    """The same with states and other words of programs in it and not beside it; what depends on a reader stays beside.

    A state is rare or common, and has an index of its own: who plans once for all readers has to know which it is. If
    it does not, the plan for any state is so bad that the database plans anew for each page.
    """
    given, left = iter(params), list[Any]()

    def put(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%%"
        value = next(given)
        if isinstance(value, str) and WORD.fullmatch(value):
            return f"'{value}'"
        left.append(value)
        return "%s"

    return re.sub("%%|%s", put, statement), left
