"""Reference data in the memory of a process: rows that every payment reads and that change now and then.

A version row changes in the transaction of each edit (`core_note_reference_change`, a trigger of the tables). The
statement that authenticates a request, and the one that claims a job, read it: what was stored under another version
is read again, so an edit applies to the next request. Without a version nothing is stored: services that are called
outside of requests and jobs read the database.

What is read in a transaction is stored when it has committed, so that nobody gets rows of an edit that was taken back.
"""

import copy
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection, models, transaction

Params = ParamSpec("Params")
Value = TypeVar("Value")
Key = TypeVar("Key")
Row = TypeVar("Row", bound=models.Model)

#: The version, as a statement asks for it beside what else it reads.
VERSION = "(SELECT version FROM core_referenceversion)"
#: So many entries are stored; the one that was used longest ago goes first.
MOST = 10_000

_version: ContextVar[int | None] = ContextVar("reference_version", default=None)
_stored: OrderedDict[Any, tuple[int, Any]] = OrderedDict()


@contextmanager
def version_of(version: int | None) -> Iterator[None]:
    """Inside, this version holds: of a request None, until `note_version` says it, of a job the one of its claim."""
    token = _version.set(version)
    try:
        yield
    finally:
        _version.reset(token)


def note_version(version: int) -> None:
    """The version that was read with the authentication of this request."""
    _version.set(version)


def forget_version() -> None:
    """From here on the request or job reads the database: it has changed reference data itself."""
    _version.set(None)


def stored(read: Callable[Params, Value]) -> Callable[Params, Value]:
    """Decorate a function of plain values that reads reference data; rows of its answer are given as copies."""

    @wraps(read)
    def get(*args: Params.args, **kwargs: Params.kwargs) -> Value:
        if _version.get() is None:
            return read(*args, **kwargs)
        key = (read, args, tuple(sorted(kwargs.items())))
        found = _get(key)
        if found is _NOTHING:
            found = read(*args, **kwargs)
            _put(key, found)
        return _copied(found)

    return get


def stored_rows(about: Any, keys: Iterable[Key], read: Callable[[list[Key]], dict[Key, Row]]) -> dict[Key, Row]:
    """Rows by key; those that are not stored are read together. A missing row is looked for each time."""
    if _version.get() is None:
        return read(list(keys))
    found = {key: _get((about, key)) for key in keys}
    missing = [key for key, row in found.items() if row is _NOTHING]
    fresh = read(missing) if missing else {}
    for key, row in fresh.items():
        _put((about, key), row)
    return {key: copy.copy(row) for key, row in {**found, **fresh}.items() if row is not _NOTHING}


_NOTHING: Any = object()


def _get(key: Any) -> Any:
    place = (connection.settings_dict["NAME"], key)
    version, value = _stored.get(place, (None, _NOTHING))
    if version != _version.get():
        return _NOTHING
    return value


def _put(key: Any, value: Any) -> None:
    version = _version.get()
    place = (connection.settings_dict["NAME"], key)

    def store() -> None:
        if version is not None:
            _stored[place] = (version, value)
            _stored.move_to_end(place)
            while len(_stored) > MOST:
                _stored.popitem(last=False)

    transaction.on_commit(store)


def _copied(value: Any) -> Any:
    """A row belongs to its reader, who may load more into it; a list of rows, too."""
    if isinstance(value, models.Model):
        return copy.copy(value)
    return [_copied(each) for each in value] if isinstance(value, list) else value
