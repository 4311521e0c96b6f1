"""Fields that several apps need."""

import uuid
from typing import Any

import uuid_utils
from django.db import models

from core.text import refuse_controls, refuse_lines


def uuid7() -> uuid.UUID:
    """A UUID of version 7: made anywhere, sorted by time."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)


class LineField(models.CharField):
    """One line of text that people type."""

    default_validators = [refuse_lines]


class WordsField(models.TextField):
    """Several lines of text that people type."""

    default_validators = [refuse_controls]


class CurrencyField(models.CharField):
    """An ISO 4217 currency code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 3)
        super().__init__(*args, **kwargs)
