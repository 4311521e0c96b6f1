"""What a slice shows outside its own pages: the menu, what waits, figures, a trend, a board, what search finds, help.

A slice says all of it in its `console.py`; `ecomnet/wiring.py` registers it at `CONSOLES` of `core.hooks`. Whatever is
registered here is shown to holders of its verb only.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from core.access import may
from core.hooks import CONSOLES

if TYPE_CHECKING:
    from core.web.bars import Bars
    from core.web.help import Topic

#: The groups of the menu in their order: code -> words and picture.
GROUPS: dict[str, tuple[Any, str]] = {
    "counter": (_("Counter"), "bolt"),
    "money": (_("Money"), "coins"),
    "loans": (_("Loans"), "wallet"),
    "insurance": (_("Insurance"), "card"),
    "stations": (_("Stations"), "station"),
    "people": (_("People"), "people"),
    "goods": (_("Goods"), "basket"),
    "produce": (_("Produce"), "leaf"),
    "parcels": (_("Parcels"), "van"),
    "health": (_("Health"), "heart"),
    "learning": (_("Learning"), "school"),
    "library": (_("Books and school kits"), "book"),
    "children": (_("Children and calls home"), "phone"),
    "guests": (_("Guests"), "ticket"),
    "impact": (_("Impact"), "chart"),
    "audit": (_("Audit"), "eye"),
    "system": (_("System"), "pulse"),
    "me": (_("Me"), "person"),
}

#: One verb, or several of which one is enough.
Verbs = str | tuple[str, ...]
#: What stands behind the question mark of an address; made anew for each look where it names an instant or a day.
Query = str | Callable[[], str]


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A line of the menu. `needs` names what waits behind it: the number stands beside the line.

    Where a `service` begins behind it, it is a large button of the counter's home, too, with this `icon`.
    """

    group: str
    label: Any
    url_name: str
    requires: Verbs
    needs: tuple[str, ...] = ()
    service: str = ""
    icon: str = ""

    @property
    def href(self) -> str:
        """The page; empty while it does not exist."""
        return href_of(self.url_name)


@dataclass(frozen=True, slots=True)
class Need:
    """A kind of thing that waits for somebody who holds `requires`; one row of "Needs you".

    `rows(user, at)` is what waits for this user and nothing else. `since` is the field that says since when (a date or
    an instant), `place` the path of the name of the place, if there is one. After `wait_days` and `bad_days` the age
    is shown in colour. Where `requires` only reads, `acts` names the verbs of those who can do something about it:
    whoever holds none of them is not asked.
    """

    name: str
    label: Any
    icon: str
    requires: Verbs
    url_name: str
    rows: Callable[..., QuerySet[Any]]
    since: str
    place: str = ""
    query: Query = ""
    wait_days: int = 1
    bad_days: int = 3
    acts: tuple[str, ...] = ()

    @property
    def href(self) -> str:
        """The list of what waits; empty while the page does not exist."""
        return href_of(self.url_name, self.query)


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure as it is now: a number, an amount or words, and one line that says whether that is good."""

    value: Any
    detail: Any = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a home. `measure(user=, at=)` makes one statement.

    Where it counts or adds up rows, the list behind it, with its query, shows the same number.
    """

    name: str
    label: Any
    requires: Verbs
    url_name: str
    measure: Callable[..., Measured]
    query: Query = ""

    @property
    def href(self) -> str:
        """The rows that it counts."""
        return href_of(self.url_name, self.query)


@dataclass(frozen=True, slots=True)
class Trend:
    """A chart of a home; its table is also a file. `chart(user=, at=)` makes one statement."""

    name: str
    requires: Verbs
    chart: Callable[..., "Bars"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that a search found, as a row shows it."""

    title: Any
    href: str
    detail: Any = ""
    amount: Any = None
    time: Any = ""
    status: str = ""
    words: Any = ""


@dataclass(frozen=True, slots=True)
class Board:
    """The rows of a list that a home shows by themselves, the worst first. `rows(user=, at=)` makes one statement."""

    name: str
    label: Any
    requires: Verbs
    url_name: str
    rows: Callable[..., Sequence[Hit]]
    query: Query = ""

    @property
    def href(self) -> str:
        """The whole list."""
        return href_of(self.url_name, self.query)


@dataclass(frozen=True, slots=True)
class Finder:
    """A section of the search's answers. `find(user=, text=, at=)` gives at most `MOST` hits, best first.

    One that is not `named` is searched beside others, whose names are label enough for the field of the header.
    """

    name: str
    label: Any
    icon: str
    requires: Verbs
    find: Callable[..., Sequence[Hit]]
    named: bool = True


#: Hits of a section of the search, and rows of a board.
MOST, MOST_ON_BOARD = 10, 5


@dataclass(frozen=True, slots=True)
class Console:
    """All that one slice shows outside its own pages."""

    menu: Sequence[MenuEntry] = ()
    needs: Sequence[Need] = ()
    figures: Sequence[Figure] = ()
    trends: Sequence[Trend] = ()
    boards: Sequence[Board] = ()
    finders: Sequence[Finder] = ()
    topics: Sequence["Topic"] = ()


def menu_for(user: Any) -> Iterator[tuple[MenuEntry, str]]:
    """The entries that this user may open, with their addresses, in the order of the groups."""
    order = list(GROUPS)
    entries = [entry for console in CONSOLES for entry in console.menu if may_one(user, entry.requires)]
    for entry in sorted(entries, key=lambda entry: order.index(entry.group)):
        if href := entry.href:
            yield entry, href


def needs_for(user: Any) -> list[Need]:
    """The kinds of things that may wait for this user."""
    return [need for console in CONSOLES for need in console.needs if _is_asked(user, need) and need.href]


def _is_asked(user: Any, need: Need) -> bool:
    return may_one(user, need.requires) and (not need.acts or may_one(user, need.acts))


def services_for(user: Any) -> list[MenuEntry]:
    """The entries of the menu behind which a service begins that the user may do."""
    return [entry for entry, _href in menu_for(user) if entry.service]


def figures_for(user: Any, names: Sequence[str]) -> list[Figure]:
    """These figures in this order, as far as the user may see them."""
    known = {figure.name: figure for console in CONSOLES for figure in console.figures}
    return [known[name] for name in names if name in known and may_one(user, known[name].requires)]


def trend_for(user: Any, name: str) -> Trend | None:
    """The trend of this name, if the user may see it."""
    trends = (trend for console in CONSOLES for trend in console.trends if trend.name == name)
    return next((trend for trend in trends if may_one(user, trend.requires)), None)


def board_for(user: Any, name: str) -> Board | None:
    """The board of this name, if the user may see it."""
    boards = (board for console in CONSOLES for board in console.boards if board.name == name)
    return next((board for board in boards if may_one(user, board.requires)), None)


def finders_for(user: Any) -> list[Finder]:
    """What this user may search."""
    return [finder for console in CONSOLES for finder in console.finders if may_one(user, finder.requires)]


def may_one(user: Any, verbs: Verbs) -> bool:
    """Whether the user holds the verb, or one of several."""
    return any(may(user, verb) for verb in ((verbs,) if isinstance(verbs, str) else verbs))


def href_of(url_name: str, query: Query = "") -> str:
    """The path of a named page, empty while it does not exist."""
    try:
        path = reverse(url_name)
    except NoReverseMatch:
        return ""
    asked = query if isinstance(query, str) else query()
    return f"{path}?{asked}" if asked else path
