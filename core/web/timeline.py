"""What happened to an object and what happens next, in words: the rows of the `history` component."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.models import StatusChange

DONE, NOW, NEXT = "done", "now", "next"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what, when, who, why. `state` is `done`, `now`, `next` or empty."""

    text: Any
    at: dt.datetime | dt.date | None = None
    who: Any = ""
    detail: Any = ""
    state: str = ""
    href: str = ""


KINDS = {
    "system": _("automatically"),
    "provider": _("the company’s answer"),
    "staff": _("an administrator"),
    "person": _("a colleague"),
}


def entries_of(
    changes: Iterable[StatusChange],
    states: Any,
    *,
    names: Mapping[UUID, str] | None = None,
    reasons: Callable[[str], str] = str,
) -> list[Entry]:
    """A machine's changes as lines, in their order.

    `states` is the `Status` class that holds the words; `names` are the people the reader may see by name; `reasons`
    puts a reason into words where the machine keeps a code.
    """
    return [
        Entry(
            text=states(change.new).label,
            at=change.at,
            who=_name_of(change, names or {}) or KINDS.get(change.actor_kind, change.actor_kind),
            detail=reasons(change.reason),
            state=DONE,
        )
        for change in changes
    ]


def coded(*words: Mapping[str, Any]) -> Callable[[str], str]:
    """How reasons read of which some are codes, perhaps several with commas; others are shown as they were typed."""
    known: dict[str, Any] = {}
    for table in words:
        known.update(table)

    def read(reason: str) -> str:
        codes = reason.split(",")
        return " ".join(str(known[code]) for code in codes) if set(codes) <= known.keys() else reason

    return read


def _name_of(change: StatusChange, names: Mapping[UUID, str]) -> str:
    return names.get(change.actor, "") if change.actor else ""
