"""What the stations ask of the apps above them and of each other; `ecomnet/wiring.py` gives the answers.

A slice that may not import another one asks through a hook too: places know no stations, stations know no posts.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.hooks import Hook, KeyedHook
from stations.network.models import Station
from stations.people.models import Person


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits here for a person: what it is, what it costs, where it is dealt with."""

    title: Any
    href: str
    icon: str = "info"
    detail: Any = ""
    amount: Any = None
    end: Any = ""
    status: str = ""
    words: Any = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A large button on a person's page, shown to those who hold the verb; the address gets `?person=<id>`."""

    label: Any
    icon: str
    url_name: str
    requires: str


@dataclass(frozen=True, slots=True)
class Badge:
    """A status word on a row of a search, where it changes what one does: "1 bill"."""

    words: Any
    status: str = "info"


@dataclass(frozen=True, slots=True)
class Link:
    """A page by its name; a public one is of the station whose code it is given."""

    label: Any
    detail: Any
    icon: str
    name: str
    verb: str


@dataclass(frozen=True, slots=True)
class Money:
    """Whether there is enough for an ordinary act: never a figure."""

    cash: bool
    float: bool


@dataclass(frozen=True, slots=True)
class Someone:
    """A person to sign in as; `app_code` is what their authenticator app shows at this moment, if they need one."""

    username: str
    name: str
    role: Any
    app_code: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """What the page says; `message` is the text that the phone of the one who asked for a code has received."""

    password: str
    people: list[Someone] = field(default_factory=list)
    message: str = ""


@dataclass(frozen=True, slots=True)
class CoursesNeeded:
    """What a certificate needs: courses by code; the one that renews it, from so many days before its end."""

    courses: tuple[str, ...]
    refresher: str
    renewed_days_before: int

    def renewed_from(self, last_day: dt.date) -> dt.date:
        """The first day on which a certificate with this last day can be renewed."""
        return last_day - dt.timedelta(days=self.renewed_days_before)


# A person's page and a row of a search

WAITING: Hook[Callable[..., Sequence[Waiting]]] = Hook(
    "stations.waiting",
    "f(*, person, user, at) -> [Waiting]: what waits here for the person. Asked for each record of the person.",
)
AGAIN: Hook[Callable[..., Sequence[Waiting]]] = Hook(
    "stations.again",
    "f(*, person, user, at) -> [Waiting]: what was done for the person before and can be done again in two taps.",
)
BADGES: Hook[Callable[..., dict[UUID, Badge]]] = Hook(
    "stations.badges",
    "f(*, people, user, at) -> {person's id: Badge}, in one statement for a whole list; the first registered counts.",
)
LATEST: Hook[Callable[..., Sequence[Any]]] = Hook(
    "stations.latest",
    "f(*, person, user, limit) -> [core.web.timeline.Entry]: what happened, newest first. Asked for each record.",
)
ACTIONS: Hook[Action] = Hook("stations.actions", "The large buttons on a person's page, in their order.")

# What is held of a person

OBLIGATIONS: Hook[Callable[[Person], list[str]]] = Hook(
    "stations.obligations",
    "f(person) -> [sentence]: what is still open and forbids erasing the person. Asked before erasure and archiving.",
)
EXPORTED: KeyedHook[Callable[[Person], list[dict[str, Any]]]] = KeyedHook(
    "stations.exported",
    "Part of the copy -> f(person) -> rows of plain values. Asked for each record when a person's copy is made.",
)

# A station

TO_PRINT: Hook[Link] = Hook("stations.to_print", "Pages that a station prints, beside its sign and its certificate.")
FOR_EVERYBODY: Hook[Link] = Hook("stations.for_everybody", "Pages that anybody may look up about a station.")
MONEY_AVAILABLE: Hook[Callable[[Station, dt.datetime], Money]] = Hook(
    "stations.money_available", "f(station, at): whether cash and float are available; never a sum.", single=True
)
CLOSING_CHECKS: Hook[Callable[[Station], list[str]]] = Hook(
    "stations.closing_checks",
    "f(station) -> [sentence]: what still binds a station. Asked before it closes and before its contract ends.",
)
MOVERS: Hook[Callable[..., None]] = Hook(
    "stations.movers",
    "f(*, station, successor, by, at): takes along what belongs to a station: residents, posts, villagers' money. "
    "Called in the transaction that closes it.",
)
INSPECTION_SCORES: Hook[Callable[[Station], int | None]] = Hook(
    "stations.inspection_scores",
    "f(station): the score of the last inspection, None without one. Asked before a trial and before activation.",
)

# Certificates

COURSES_OF_CERTIFICATE: Hook[Callable[..., CoursesNeeded | None]] = Hook(
    "stations.courses_of_certificate",
    "f(*, subject, country, on_date) -> CoursesNeeded, None where the country names none: what must be completed "
    "before a certificate is issued or renewed.",
    single=True,
)

# Divisions

FOLLOWERS: Hook[Callable[[], int]] = Hook(
    "stations.followers",
    "f(): lets stations follow the divisions that ended; how many rows moved. Called by the job of a succession.",
)
SPLITS: Hook[Callable[..., None]] = Hook(
    "stations.splits",
    "f(*, successions, at): a division was split and people have to choose. Called in the succession's transaction.",
)

# The demonstration

SIGN_IN_HELP: Hook[Callable[..., Help]] = Hook(
    "stations.sign_in_help",
    "f(*, asked_for, asked_at) -> Help: the user name for which a code was asked in this browser, and when. Asked by "
    "the sign-in page where `ECOMNET_DEMONSTRATION` is on.",
    single=True,
)
