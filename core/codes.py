"""Six digits that are sent to a phone and read aloud: drawn at random, stored under a key, wrong five times at most."""

import datetime as dt
import secrets
from typing import Any

from django.db.models import QuerySet

from core.crypto import blind_index, is_blind_index
from core.errors import CodeLocked, CodeWrong, refuses

DIGITS, TRIES = 6, 5
LIFE = dt.timedelta(minutes=10)


def new_code() -> str:
    """Six random digits."""
    return _drawn(DIGITS)


def free_digits(rows: QuerySet[Any], name: str, *, digits: int) -> str:
    """So many random digits that none of these rows has under this name."""
    while True:
        drawn = _drawn(digits)
        if not rows.filter(**{name: drawn}).exists():
            return drawn


def _drawn(digits: int) -> str:
    return f"{secrets.randbelow(10**digits):0{digits}}"


def code_hash(said: str) -> str:
    """What is stored of a code: a million of them are soon tried, so the key of the system hides it.

    `said` is the code behind what it is for, so that one that was sent for something else fits nothing.
    """
    return blind_index(said).hex()


@refuses(CodeLocked, CodeWrong)
def use_try(row: Any, said: str, *, field: str | None = None) -> None:
    """Compare a code with `code_hash` of a locked row, and count a wrong one in its `tries`.

    Refused: `code_locked` after the last try, `code_wrong` (the try stays used up).
    """
    if row.tries >= TRIES:
        raise CodeLocked(field=field)
    if not is_blind_index(bytes.fromhex(row.code_hash), said):
        type(row)._default_manager.filter(pk=row.pk).update(tries=row.tries + 1)
        raise CodeWrong(field=field, tries_left=TRIES - row.tries - 1)
