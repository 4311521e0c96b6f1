"""Noting the keys of the settings, writing everything anew with those of today, and retiring old ones."""

import base64
import datetime as dt
import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from core.crypto import writing_key
from core.database.db import lock
from core.datakeys.encrypted_columns import INDEX, Counts
from core.datakeys.models import DataKey
from core.history import record_change
from core.hooks import ENCRYPTED, FORGOTTEN_KEYS

BATCH_SIZE = 500


class KeyUnfit(Exception):
    """The keys of the settings do not fit what stands in the books; the sentence is for operators."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one place has come in this round."""

    name: str
    done: int
    of: int


def known_keys() -> dict[str, dict[int, str]]:
    """The keys of the settings by kind; in each, the first one writes."""
    return {DataKey.Kind.DATA: settings.ECOMNET_DATA_KEYS, DataKey.Kind.INDEX: settings.ECOMNET_INDEX_KEYS}


@transaction.atomic
def note_keys(*, at: dt.datetime) -> list[DataKey]:
    """Note the keys of the settings, and which of them write now. `KeyUnfit` for another key under a known number, and
    for a retired one."""
    return [_noted(kind, number, keys, at) for kind, keys in known_keys().items() for number in keys]


def keys_stand() -> bool:
    """Whether every noted key that is not retired is in the settings, the same one, and no retired one writes."""
    keys = known_keys()
    writing = Q()
    for kind, numbered in keys.items():
        writing |= Q(kind=kind, number=writing_key(numbered))
    asked = DataKey.objects.filter(Q(retired_at=None) | writing)
    return all(
        key.retired_at is None and _print_of(keys[key.kind].get(key.number, "")) == key.fingerprint for key in asked
    )


def stored_under() -> dict[str, Counts]:
    """How many rows stand under which key, by place."""
    return {sealed.name: sealed.counts() for sealed in ENCRYPTED}


def renew_all(*, bite: int = BATCH_SIZE) -> Iterator[Progress]:
    """Write everything anew that is not under the keys of today, one bite after the other, each a transaction.

    To be ended and begun again at any moment: what is done is done. `KeyUnfit` at the end when rows could not be read.
    """
    unreadable: list[str] = []
    for sealed in ENCRYPTED:
        of, done, last = stale_rows(sealed.counts()), 0, None
        while of:
            some = sealed.renew(after=last, most=bite)
            unreadable += [f"{sealed.name} {pk}" for pk in some.unreadable]
            done, last = done + some.done, some.last
            if last is None:
                break
            yield Progress(sealed.name, done, max(of, done))
    if unreadable:
        raise KeyUnfit(f"{len(unreadable)} rows cannot be read with the keys known here: {', '.join(unreadable[:20])}")


def stale_rows(counts: Counts) -> int:
    """How many rows stand under another key than the one that writes: at least, where a row stands under two."""
    writing = {kind: writing_key(keys) for kind, keys in known_keys().items()}
    stale: Counter[str] = Counter()
    for (kind, number), rows in counts.items():
        if number != writing[kind]:
            stale[kind] += rows
    return max(stale.values(), default=0)


@transaction.atomic
def retire_key(*, kind: str, number: int, at: dt.datetime) -> DataKey:
    """Declare that a key is needed no more: from now on it may be taken out of the settings.

    `KeyUnfit` while it writes, while rows stand under it, and for an index before its successor has written for as long
    as keys of requests are kept: they are compared under the key that made them.
    """
    noted = DataKey.objects.filter(kind=kind, number=number, retired_at=None).first()
    if noted is None:
        raise KeyUnfit(f"No key {kind} {number} is in use.")
    noted = lock(noted)
    _refuse_used(noted, at)
    for forget in FORGOTTEN_KEYS:
        forget(kind, number)
    noted.retired_at = at
    noted.save(update_fields=["retired_at", "updated_at"])
    record_change(noted, old="in use", new="retired", at=at)
    return noted


def _refuse_used(noted: DataKey, at: dt.datetime) -> None:
    if noted.number == writing_key(known_keys()[noted.kind]):
        raise KeyUnfit(f"{noted} writes: put another key first, restart everything, and run `data_keys renew`.")
    under = {name: counts[noted.kind, noted.number] for name, counts in stored_under().items()}
    left = {name: rows for name, rows in under.items() if rows}
    if left:
        raise KeyUnfit(f"{noted} is used by {', '.join(f'{rows} rows of {name}' for name, rows in left.items())}.")
    if noted.kind == INDEX and not _successor_is_old_enough(at):
        raise KeyUnfit(
            f"{noted} is needed until its successor has written for {settings.ECOMNET_KEEP_REQUEST_KEYS_DAYS} days: "
            "requests that are sent again are compared under the key of their first time."
        )


def _successor_is_old_enough(at: dt.datetime) -> bool:
    writing = DataKey.objects.filter(kind=INDEX, number=writing_key(settings.ECOMNET_INDEX_KEYS)).first()
    kept = dt.timedelta(days=settings.ECOMNET_KEEP_REQUEST_KEYS_DAYS)
    return bool(writing and writing.writes_since and writing.writes_since <= at - kept)


def _noted(kind: str, number: int, keys: dict[int, str], at: dt.datetime) -> DataKey:
    mark = _print_of(keys[number])
    row, is_new = DataKey.objects.get_or_create(kind=kind, number=number, defaults={"fingerprint": mark})
    row = lock(row)
    if row.fingerprint != mark:
        raise KeyUnfit(f"{row} is another key than the one noted here: nothing that it wrote could be read.")
    if row.retired_at:
        raise KeyUnfit(f"{row} was retired on {row.retired_at:%Y-%m-%d}: give a new key a new number.")
    if is_new:
        record_change(row, old="", new="known", at=at)
    if row.writes_since is None and number == writing_key(keys):
        row.writes_since = at
        row.save(update_fields=["writes_since", "updated_at"])
        record_change(row, old="known", new="writes", at=at)
    return row


def _print_of(key: str) -> str:
    """Tells two keys apart and says nothing about either."""
    raw: Any = base64.b64decode(key) if key else b""
    return hmac.digest(raw, b"ecomnet fingerprint of a key", hashlib.sha256).hex()[:16]
