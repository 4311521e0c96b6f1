"""Locks, transactions and many rows at once in the database."""

import errno
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    models,
    transaction,
)
from django.utils import timezone
from psycopg2 import sql

from core.database.compiled_queries import CompiledQuery, compiled_query
from core.database.prepared_statements import fetch_prepared
from core.errors import Refused

Params = ParamSpec("Params")
Answer = TypeVar("Answer")

Row = TypeVar("Row", bound=models.Model)
Value = TypeVar("Value")


def lock(instance: Row) -> Row:
    """The same row, read again and held until the transaction ends.

    FOR NO KEY UPDATE: plain FOR UPDATE deadlocks with foreign keys, which take KEY SHARE first (docs/adr/0005).
    """
    model = instance._meta.concrete_model  # not `type`: the user of a request is a lazy wrapper
    return _held_of(model).get(instance.pk)


@cache
def _held_of(model: type[Row]) -> CompiledQuery[Row]:
    return compiled_query(lambda pk: model._base_manager.select_for_update(of=("self",), no_key=True).filter(pk=pk))


def present(value: Value | None) -> Value:
    """The value of a column that may be empty, where a rule of the database fills it.

    Raises `LookupError` if it is empty.
    """
    if value is None:
        raise LookupError("a value is empty that a rule of the database fills")
    return value


def lock_all(rows: models.QuerySet[Row]) -> list[Row]:
    """These rows, held in the order of their ids, so that two callers never wait for each other."""
    return list(rows.order_by("pk").select_for_update(of=("self",), no_key=True))


#: Whether whoever opened the transaction rolls all of it back after any exception.
_is_whole: ContextVar[bool] = ContextVar("is_whole", default=False)


@contextmanager
def rolled_back_whole() -> Iterator[None]:
    """Inside, `atomic_step` needs no savepoint: the caller rolls the whole transaction back after an exception."""
    token = _is_whole.set(True)
    try:
        yield
    finally:
        _is_whole.reset(token)


def atomic_step(service: Callable[Params, Answer]) -> Callable[Params, Answer]:
    """Like `transaction.atomic`, for verbs of the payment path after whose refusal no caller goes on.

    A request with a key is rolled back whole after a refusal (`core.keys`), so that two statements of a savepoint are
    saved; elsewhere it makes one.
    """

    @wraps(service)
    def run(*args: Params.args, **kwargs: Params.kwargs) -> Answer:
        with transaction.atomic(savepoint=not _is_whole.get()):
            return service(*args, **kwargs)

    return run


def in_transaction(service: Callable[Params, Answer]) -> Callable[Params, Answer]:
    """Like `transaction.atomic`, without a savepoint inside another transaction.

    For verbs that write after their last refusal: whoever goes on finds nothing changed, and the locks still held.
    """
    alone = transaction.atomic(service)

    @wraps(service)
    def run(*args: Params.args, **kwargs: Params.kwargs) -> Answer:
        return (service if connection.in_atomic_block else alone)(*args, **kwargs)

    return run


def atomic_but_tries(service: Callable[Params, Answer]) -> Callable[Params, Answer]:
    """Like `transaction.atomic`, but a refusal that keeps its changes (a wrong code used up a try) commits them."""

    @wraps(service)
    def run(*args: Params.args, **kwargs: Params.kwargs) -> Answer:
        with transaction.atomic(savepoint=not _is_whole.get()):
            try:
                return service(*args, **kwargs)
            except Refused as refusal:
                if not refusal.keeps_changes:
                    raise
                kept = refusal
        raise kept

    return run


@contextmanager
def checked_here() -> Iterator[None]:
    """What fails in here leaves all as it was, also what the database checks at the end of the transaction only."""
    with transaction.atomic(), connection.cursor() as cursor:
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def why_refused(error: DataError | IntegrityError | Refused) -> str:
    """Why something failed, in one line: only the first of what the database says, as the others may name people."""
    return str(error).partition("\n")[0][:200] or type(error).__name__


def is_away(error: BaseException | None) -> bool:
    """Whether storage is unavailable: the database is, or the disk of files is full.

    A server that dies in the middle of an answer leaves an error of no kind: no code, and no class but the bare one.
    """
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError


def insert_row(model: type[models.Model], *, if_known: str = "", **values: Any) -> Any:
    """Write one row without making a model of it, several times cheaper than `create`; its primary key.

    Columns that are not named take the model's defaults; constraints apply. For rows that nobody reads back at once:
    history, events, jobs, keys. With `if_known="DO NOTHING"` a row that meets a unique constraint is left out: None.
    """
    statement, fields = _insertion(model, if_known)
    if unknown := values.keys() - {field.attname for field in fields}:
        raise TypeError(f"{model.__name__} has no columns {sorted(unknown)}")
    row = [field.get_db_prep_save(_value_of(field, values), connection) for field in fields]
    written = fetch_prepared(statement, row)
    return written[0][0] if written else None


def insert(row: Row) -> Row:
    """Write a row that was just made, as it stands: `save(force_insert=True)` at a fraction of its price."""
    values = {field.attname: field.pre_save(row, add=True) for field in written_columns(type(row))}
    statement, fields = _insertion(type(row), "")
    given = [field.get_db_prep_save(values[field.attname], connection) for field in fields]
    (key, *computed) = fetch_prepared(statement, given)[0]
    row.pk, row._state.adding, row._state.db = key, False, connection.alias
    return _with_computed(row, computed)


def update_fields(row: Row, *names: str) -> Row:
    """Write these columns of a row, and when: `save(update_fields=...)` at a fraction of its price."""
    statement, fields = _change(type(row), names)
    values = [field.get_db_prep_save(field.pre_save(row, add=False), connection) for field in fields]
    written = fetch_prepared(statement, [*values, row.pk])
    if len(written) != 1:
        raise DatabaseError(f"{type(row).__name__} {row.pk} is not there to be written")
    return _with_computed(row, written[0][1:])


def update_row(row: Row) -> Row:
    """Write all columns of a row: `save()` at a fraction of its price."""
    return update_fields(row, *_columns(type(row)))


def _with_computed(row: Row, values: Sequence[Any]) -> Row:
    """The row with what the database computes from its columns."""
    for field, value in zip(_computed(type(row)), values, strict=True):
        setattr(row, field.attname, value)
    return row


@cache
def _columns(model: type[models.Model]) -> tuple[str, ...]:
    bookkeeping = (model._meta.pk.attname, "created_at", "updated_at")
    return tuple(field.attname for field in written_columns(model) if field.attname not in bookkeeping)


@cache
def written_columns(model: type[models.Model]) -> tuple[models.Field, ...]:
    """The columns that a statement fills: neither those that the database computes nor its numbers."""
    fields = model._meta.local_concrete_fields
    return tuple(field for field in fields if not field.generated and field is not model._meta.auto_field)


@cache
def _computed(model: type[models.Model]) -> tuple[models.Field, ...]:
    return tuple(field for field in model._meta.local_concrete_fields if field.generated)


def _returned(model: type[models.Model]) -> str:
    """The primary key, and what the database computes."""
    return ", ".join(connection.ops.quote_name(field.column) for field in (model._meta.pk, *_computed(model)))


@cache
def _change(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[models.Field]]:
    by_name = {field.attname: field for field in written_columns(model)}
    if unknown := set(names) - by_name.keys():
        raise TypeError(f"{model.__name__} has no columns {sorted(unknown)}")
    fields = [by_name[name] for name in (*names, "updated_at")]
    quoted = connection.ops.quote_name
    changes = ", ".join(f"{quoted(field.column)} = %s" for field in fields)
    table, key = quoted(model._meta.db_table), quoted(model._meta.pk.column)
    words = f"UPDATE {table} SET {changes} WHERE {key} = %s RETURNING {_returned(model)}"  # noqa: S608 - names of our own
    return words, fields


@cache
def _insertion(model: type[models.Model], if_known: str) -> tuple[str, list[models.Field]]:
    fields = list(written_columns(model))
    quoted = connection.ops.quote_name
    columns, places = ", ".join(quoted(field.column) for field in fields), ", ".join(["%s"] * len(fields))
    conflict = f" ON CONFLICT {if_known}" if if_known else ""
    table = quoted(model._meta.db_table)
    words = f"INSERT INTO {table} ({columns}) VALUES ({places}){conflict} RETURNING {_returned(model)}"  # noqa: S608 - names of our own
    return words, fields


def _value_of(field: models.Field, values: Mapping[str, Any]) -> Any:
    if field.attname in values:
        return values[field.attname]
    is_bookkeeping = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    return timezone.now() if is_bookkeeping else field.get_default()


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write many rows by COPY, several times faster than `bulk_create`: plain values, no models are made of them.

    Every column is named; defaults of the model do not apply, constraints do.
    """
    copy_lines(model._meta.db_table, columns, ("\t".join(map(_copied, row)) + "\n" for row in rows))


def copy_lines(table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """The same of lines that are in COPY's text form already; they are sent as they come and never held together."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.copy_expert(statement.as_string(cursor.cursor), _Stream(lines), size=COPY_PIECE)


class _Stream(io.TextIOBase):
    """Lines as a file that is read once."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines, self._left = iter(lines), ""

    def read(self, size: int | None = -1) -> str:
        parts, length, wanted = [self._left], len(self._left), size if size and size > 0 else COPY_PIECE
        while length < wanted and (line := next(self._lines, "")):
            parts.append(line)
            length += len(line)
        text = "".join(parts)
        self._left = text[wanted:]
        return text[:wanted]


#: Characters that are sent at once.
COPY_PIECE = 64 * 1024

#: What separates columns and rows, and what says that such a character is meant.
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _copied(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, bytes):
        return rf"\\x{value.hex()}"
    return str(value).translate(_ESCAPES)
