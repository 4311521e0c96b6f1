"""Prepared statements: the database plans them once per connection, not at each call.

psycopg2 does not prepare statements, so PostgreSQL parses and plans the same text thousands of times. For the look-up
of one row by an index, planning costs more than execution. Use it where the plan does not depend on the values.

What is prepared belongs to a session of the server. Behind a pooler that gives each transaction another session
(PgBouncer in transaction mode), set `ECOMNET_PREPARED_STATEMENTS=off`: the same statements are then sent as they are.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection

#: What each connection has prepared; a connection that is opened anew begins with nothing.
_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
#: Of these, by family, the names of statements that programs put together, the one used last at the end.
_families: WeakKeyDictionary[Any, dict[str, OrderedDict[str, None]]] = WeakKeyDictionary()
#: So many texts are named once in a process: those of modules, and of readers.
NAMED = 2_000


def fetch_prepared(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement with `%s` or `%(name)s` in it, prepared at its first use on this connection."""
    return _fetch(*prepared(statement, values))


def fetch_prepared_after(first: str, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement, sent in one message behind another, such as one that waits for a lock.

    Each of the two sees what others had committed when it began itself.
    """
    if not settings.ECOMNET_PREPARED_STATEMENTS:
        return _fetch(f"{first}; {statement}", values)
    calls = [prepared(each, values) for each in (first, statement)]
    return _fetch("; ".join(call for call, _given in calls), [value for _call, given in calls for value in given])


def fetch_prepared_of(family: str, statement: str, values: Sequence[Any], *, most: int) -> list[tuple[Any, ...]]:
    """The same for statements that a program puts together, such as one for each kind of reader.

    Each connection keeps the `most` statements of the family that were used last: a large plan takes megabytes.
    """
    if not settings.ECOMNET_PREPARED_STATEMENTS:
        return _fetch(statement, values)
    call, given = prepared(statement, values)
    kept = _families.setdefault(connection.connection, {}).setdefault(family, OrderedDict())
    name = _named(statement)[0]
    kept[name] = None
    kept.move_to_end(name)
    if len(kept) > most:
        _forget(kept.popitem(last=False)[0])
    return _fetch(call, given)


def _fetch(call: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(call, values)
        return cursor.fetchall()


def _forget(name: str) -> None:
    with connection.wrap_database_errors, connection.connection.cursor() as aside:
        aside.execute(f"DEALLOCATE {name}")
    _prepared[connection.connection].discard(name)


def prepared(
    statement: str, values: Sequence[Any] | Mapping[str, Any]
) -> tuple[str, Sequence[Any] | Mapping[str, Any]]:
    """The call of a prepared statement and its values, for the caller to execute.

    No tuples for `IN`: how many values there are belongs to the words; use `= ANY(%s)` with a list. No `*` either: the
    statement would fail on every open connection when an upgrade adds a column.
    """
    if not settings.ECOMNET_PREPARED_STATEMENTS:
        return statement, values
    name, words, order = _named(statement)
    connection.close_if_health_check_failed()  # before we look what it has prepared: the next cursor would do it after
    connection.ensure_connection()
    known = _prepared.setdefault(connection.connection, set())
    if name not in known:
        with connection.wrap_database_errors, connection.connection.cursor() as aside:
            aside.execute(words)
        known.add(name)
    given = [values[key] for key in order] if isinstance(values, Mapping) else list(values)
    return f"EXECUTE {name} ({', '.join(['%s'] * len(order))})" if order else f"EXECUTE {name}", given


@lru_cache(maxsize=NAMED)
def _named(statement: str) -> tuple[str, str, tuple[Any, ...]]:
    """Its name, how it is prepared, and which value stands at each place of EXECUTE."""
    order: list[Any] = []

    def place(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        key = match[1] or len(order)
        if key not in order:
            order.append(key)
        return f"${order.index(key) + 1}"

    words = re.sub(r"%%|%s|%\((\w+)\)s", place, statement)
    name = f"kept_{hashlib.sha256(words.encode()).hexdigest()[:24]}"
    return name, f"PREPARE {name} AS {words}", tuple(order)
