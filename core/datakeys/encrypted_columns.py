"""What is stored under numbered keys, and how some rows of it are written anew with the key of today."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Count, F, Func, Q, Value
from psycopg2 import sql
from psycopg2.extras import execute_values

from core.crypto import decrypt, encrypt, writing_key

DATA, INDEX = "data", "index"
#: Rows by the kind and number of the key that they stand under.
Counts = Counter[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows in the order of their ids: the last id (None: there were no more), how many were written anew."""

    last: Any
    done: int
    unreadable: tuple[Any, ...] = ()


class Sealed(Protocol):
    """One place in which something is stored under numbered keys."""

    @property
    def name(self) -> str:
        """As operators read it."""

    def counts(self) -> Counts:
        """How many rows stand under which key."""

    def renew(self, *, after: Any, most: int) -> Batch:
        """Write up to so many rows after this id anew that are not under the keys of today, in one transaction."""


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """`<column>_cipher` under the key `<column>_key_no`; with `index_of` also `<column>_index`, made from row and text.

    Rows that somebody else holds at the moment are passed by: the next round finds them.
    """

    model: str
    column: str
    context: str
    index_of: Callable[[Any, str], bytes] | None = None
    #: Rows that `index_of` reads beside each row.
    beside: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As operators read it."""
        return f"{self.model}.{self.column}"

    def counts(self) -> Counts:
        """How many rows stand under which key: one pass over the table."""
        found = self._grouped(DATA, F(f"{self.column}_key_no"))
        return found + self._grouped(INDEX, self._index_number()) if self.index_of else found

    @transaction.atomic
    def renew(self, *, after: Any, most: int) -> Batch:
        """Hold the rows, read them, and write all of them in one statement."""
        rows = self._stale().select_related(*self.beside).order_by("pk")
        if after is not None:
            rows = rows.filter(pk__gt=after)
        held = list(rows.select_for_update(skip_locked=True, no_key=True, of=("self",))[:most])
        renewed, unreadable = [], []
        for row in held:
            try:
                renewed.append(self._renewed(row))
            except (InvalidTag, KeyError):
                unreadable.append(row.pk)
        self._write(renewed)
        return Batch(held[-1].pk if held else None, len(renewed), tuple(unreadable))

    def _rows(self) -> models.QuerySet:
        return apps.get_model(self.model)._base_manager.exclude(**{f"{self.column}_cipher": None})

    def _grouped(self, kind: str, number: Any) -> Counts:
        groups = self._rows().order_by().values(under_key=number).annotate(rows=Count("pk"))
        return Counter({(kind, under): rows for under, rows in groups.values_list("under_key", "rows")})

    def _index_number(self) -> Func:
        return Func(F(f"{self.column}_index"), Value(0), function="get_byte", output_field=models.IntegerField())

    def _stale(self) -> models.QuerySet:
        old = ~Q(**{f"{self.column}_key_no": writing_key(settings.ECOMNET_DATA_KEYS)})
        if not self.index_of:
            return self._rows().filter(old)
        indexed = self._rows().alias(index_number=self._index_number())
        return indexed.filter(old | ~Q(index_number=writing_key(settings.ECOMNET_INDEX_KEYS)))

    def _renewed(self, row: Any) -> tuple[Any, ...]:
        text = decrypt(
            getattr(row, f"{self.column}_cipher"), getattr(row, f"{self.column}_key_no"), context=self.context
        )
        values = (row.pk, *encrypt(text, context=self.context))
        return (*values, self.index_of(row, text)) if self.index_of else values

    def _write(self, renewed: list[tuple[Any, ...]]) -> None:
        if not renewed:
            return
        meta = apps.get_model(self.model)._meta
        names = [f"{self.column}_cipher", f"{self.column}_key_no", *([f"{self.column}_index"] if self.index_of else [])]
        statement = sql.SQL("UPDATE {} AS held SET {} FROM (VALUES %s) AS new (pk, {}) WHERE held.{} = new.pk").format(
            sql.Identifier(meta.db_table),
            sql.SQL(", ").join(sql.SQL("{0} = new.{0}").format(sql.Identifier(name)) for name in names),
            sql.SQL(", ").join(map(sql.Identifier, names)),
            sql.Identifier(meta.pk.column),
        )
        casts = [meta.pk.rel_db_type(connection), "bytea", "smallint", "bytea"][: len(names) + 1]
        template = f"({', '.join(f'%s::{cast}' for cast in casts)})"
        with connection.cursor() as cursor:
            execute_values(cursor.cursor, statement, renewed, template, page_size=len(renewed))
