"""Compiled queries for the payment path: Django generates their SQL once per process, not at each call.

For the look-up of one row, generating SQL costs several times as much as the query itself. A compiled query stores
the statement, the converters and the construction of objects; it stores no data.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import connection, models
from django.db.models.query import get_related_populators  # type: ignore[attr-defined]
from django.db.transaction import TransactionManagementError

from core.database.prepared_statements import fetch_prepared

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class _Given:
    """Where the statement takes a value of the call."""

    position: int


class CompiledQuery(Generic[Row]):
    """A queryset with places for values: `@compiled_query` on the function that makes it from them.

    Values are plain: ids instead of rows, a tuple of one or more for `__in`; None equals nothing. The same queryset
    must come whatever the values are, without `prefetch_related` and annotations; its locks need a transaction, as
    always.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Row]], *, places: int | None = None) -> None:
        """`places`: how many values `build` takes, where its signature does not say."""
        self._build, self._places = build, places
        self.__doc__ = build.__doc__

    def get(self, *values: Any) -> Row:
        """The one row; `DoesNotExist` and `MultipleObjectsReturned` of its model otherwise."""
        rows = self.all(*values)
        if len(rows) == 1:
            return rows[0]
        if rows:
            raise self._plan.model.MultipleObjectsReturned(f"{len(rows)} rows for one {self._plan.model.__name__}")  # type: ignore[attr-defined]
        raise self._plan.model.DoesNotExist(f"no {self._plan.model.__name__} is like that")  # type: ignore[attr-defined]

    def first(self, *values: Any) -> Row | None:
        """The first row in the order of the queryset, or None."""
        return next(iter(self.all(*values)), None)

    def all(self, *values: Any) -> list[Row]:
        """Every row."""
        return self._plan.rows(values)

    @cached_property
    def _plan(self) -> "_Plan[Row]":
        places = len(inspect.signature(self._build).parameters) if self._places is None else self._places
        return _Plan(self._build(*(models.Value(_Given(position)) for position in range(places))))


def compiled_query(build: Callable[..., models.QuerySet[Row]]) -> CompiledQuery[Row]:
    """Compile the queryset that this function builds; see `CompiledQuery`."""
    return CompiledQuery(build)


class _Plan(Generic[Row]):
    """What Django's compiler makes of a queryset before it asks the database, and does with the rows after it."""

    def __init__(self, queryset: models.QuerySet[Row]) -> None:
        if cast(Any, queryset)._prefetch_related_lookups or queryset.query.annotations:
            raise TypeError("kept reads have no prefetch_related and no annotations")
        compiler = queryset.query.get_compiler(connection=connection)
        self.model = queryset.model
        self._locks = queryset.query.select_for_update
        self._statement, self._parameters = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select]
        self._compiler, self._converters = compiler, compiler.get_converters(columns)
        chosen = compiler.klass_info["select_fields"]
        self._own = slice(chosen[0], chosen[-1] + 1)
        self._names = [column.target.attname for column in columns[self._own]]
        self._related = get_related_populators(compiler.klass_info, compiler.select, connection.alias)

    def rows(self, values: tuple[Any, ...]) -> list[Row]:
        if self._locks and not connection.in_atomic_block:
            raise TransactionManagementError("a row is held until the transaction ends, and there is none")
        asked = [values[each.position] if isinstance(each, _Given) else each for each in self._parameters]
        found: Iterable[Any] = self._fetched(asked)
        if self._converters:
            found = self._compiler.apply_converters(found, self._converters)
        return [self._object_of(row) for row in found]

    def _fetched(self, asked: list[Any]) -> list[tuple[Any, ...]]:
        if not any(isinstance(each, tuple) for each in asked):
            return fetch_prepared(self._statement, asked)
        with connection.cursor() as cursor:
            cursor.execute(self._statement, asked)
            return cursor.fetchall()

    def _object_of(self, row: Any) -> Row:
        found = self.model.from_db(connection.alias, self._names, row[self._own])
        for related in self._related:
            related.populate(row, found)
        return found
