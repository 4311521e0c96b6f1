"""Fields that several apps need."""

import datetime as dt
import uuid
from typing import Any

import uuid_utils
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from core.language.text import refuse_controls, refuse_lines


def uuid7() -> uuid.UUID:
    """A UUID of version 7: made anywhere, sorted by time."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)


def first_uuid7(at: dt.datetime) -> uuid.UUID:
    """The least UUID of version 7 of an instant: what was made from then on is not below it."""
    milliseconds = int(at.timestamp() * 1000)
    return uuid.UUID(int=(milliseconds << 80) | (0x7 << 76) | (0b10 << 62))


class SeenText(models.Field):
    """Text that somebody sees, or none where the field may be blank: the database refuses what leaves no mark.

    The check comes with the column; a migration that changes `blank` or makes a field one of these replaces it in SQL.
    """

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        column = connection.ops.quote_name(self.column)
        seen = f"text_can_be_seen({column})"
        return f"{column} = '' OR {seen}" if self.blank else seen


class LineField(SeenText, models.CharField):
    """One line of text that people type."""

    default_validators = [refuse_lines]


class WordsField(SeenText, models.TextField):
    """Several lines of text that people type."""

    default_validators = [refuse_controls]


class CurrencyField(models.CharField):
    """An ISO 4217 currency code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 3)
        super().__init__(*args, **kwargs)
