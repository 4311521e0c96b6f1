"""One list for all who look for something: filters in the address, the sum of what is shown, "Older", and its file.

A list is a small class: which rows, how one row reads, by which columns it is filtered and ordered. The rest is here,
so that every list of the console works alike. `docs/console.md` shows one.
"""

import datetime as dt
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce, wraps
from operator import or_
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.access import requires
from core.language import formatting
from core.money import Money
from core.web.bounded_counts import counted_up_to
from core.web.list_files import CSV, file_of
from core.web.list_filters import ALL, ListForm, Period, Pick, State, quick_periods
from core.web.pagination import CursorInvalid, link_to_position, position


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How one row reads. Never an identifier or a provider's code: names, in the reader's language."""

    name: Any
    href: str = ""
    what: Any = ""
    where: Any = ""
    at: dt.datetime | dt.date | None = None
    amount: Money | None = None
    status: str = ""
    words: Any = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """What a list without any row says: what will stand here, and perhaps the act that brings the first."""

    words: Any
    detail: Any = ""
    icon: str = "check"
    href: str = ""
    action: Any = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A state with the number of its rows under the other filters; `is_at_least`: there may be more of them."""

    key: str
    label: Any
    count: int
    is_at_least: bool
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A list as its template shows it."""

    listed: "ListPage"
    form: ListForm
    chips: list[tuple[Any, str, bool]]
    tabs: list[Tab]
    filters: str
    filter_count: int
    count: int
    is_at_least: bool
    sums: str
    headings: Mapping[str, Any]
    rows: list[Row]
    is_one_day: bool
    older: str
    newest: str
    file: str
    cleared: str

    @property
    def count_words(self) -> str:
        """How many rows all pages together have."""
        count = f"{self.count:,}+" if self.is_at_least else f"{self.count:,}"
        return ngettext("%(n)s row", "%(n)s rows", self.count) % {"n": count}

    @property
    def is_filtered(self) -> bool:
        """Whether other filters would show more."""
        return self.filter_count > 0 or any(tab.count and not tab.is_current for tab in self.tabs)


class ListPage(ABC):
    """One list of the console: subclasses say which rows, how one reads, and by what they are found.

    `headings` name the columns that the list has, of `name`, `what`, `where`, `at`, `amount` and `state`. `period` is
    the column by which a period is chosen, and `days` how many are shown at first (None: all); `order` is the order
    of the rows, of columns that are never null, ending in the primary key. `amount` is the column, or
    expression, of minor units that is added up, each currency of `currency` for itself. `counted_to` is up to how many
    rows are counted where no period narrows a large table (None: all).
    """

    name: ClassVar[str]
    grant: ClassVar[str]
    title: ClassVar[Any]
    headings: ClassVar[Mapping[str, Any]]
    empty: ClassVar[Empty]
    template: ClassVar[str] = "list.html"
    lead: ClassVar[Any] = ""
    back: ClassVar[str] = "home"
    back_to: ClassVar[Any] = gettext_lazy("Home")
    order: ClassVar[Sequence[str]] = ("-pk",)
    period: ClassVar[str] = ""
    days: ClassVar[int | None] = 30
    longest: ClassVar[int] = 366
    states: ClassVar[Sequence[State]] = ()
    state: ClassVar[str] = ALL
    picks: ClassVar[Sequence[Pick]] = ()
    search: ClassVar[Any] = ""
    scanned: ClassVar[bool] = False
    amount: ClassVar[Any] = ""
    currency: ClassVar[str] = "currency"
    size: ClassVar[int] = 50
    counted_to: ClassVar[int | None] = None

    # What a list says of itself

    @abstractmethod
    def rows(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows within this reader's reach, with what `row` needs of other tables."""

    @abstractmethod
    def row(self, row: Any, known: Any) -> Row:
        """How one row reads; `known` is what `known` has found for all of the page."""

    def known(self, rows: Sequence[Any], request: HttpRequest) -> Any:
        """What the rows of one page need beside themselves, found in as many queries for one as for all."""
        return None

    def found(self, words: str) -> Q:
        """The rows that these words find; by a subquery where other tables are searched. None without `search`."""
        return Q(pk__in=())

    def tabs(self) -> Sequence[State]:
        """The states; a subclass whose states depend on the day makes them here."""
        return self.states

    def tabs_for(self, request: HttpRequest) -> Sequence[State]:
        """The states that this reader sees; a subclass adds here what waits for few readers."""
        return self.tabs()

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """What a template of its own shows beside the list."""
        return {}

    def has_places(self, request: HttpRequest) -> bool:
        """Whether the reader sees rows of several stations."""
        return False

    def at_place(self, words: str) -> Q:
        """The rows of the stations that these words name; none of a list without places."""
        return Q(pk__in=())

    # The page

    def view(self) -> Callable[..., Any]:
        """The view of a page that is this list."""

        @requires(self.grant)
        @shows(self)
        def show(request: HttpRequest) -> HttpResponse:
            return render(request, self.template, self.page(request))

        return show

    def page(self, request: HttpRequest) -> dict[str, Any]:
        """What the template shows: the list as `list`, and beside it what `context` gives."""
        return {"list": _Asked(self, request).shown(), **self.context(request)}

    def file(self, request: HttpRequest) -> StreamingHttpResponse:
        """All rows that the filters leave, as a file: streamed, in the reader's language and zone."""
        asked = _Asked(self, request)
        stem = self.name.replace(":", "-")
        return file_of(stem, asked.headings(), lambda after, size: asked.rows_after(after, size))


def shows(listed: ListPage) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a view as the page of this list, and give its file where that is asked for."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            return listed.file(request) if CSV in request.GET else view(request, *args, **kwargs)

        shown.list_page = listed  # type: ignore[attr-defined]
        return shown

    return decorate


class _Asked:
    """One request for a list: its filters read once, and the queries that answer it."""

    def __init__(self, listed: ListPage, request: HttpRequest) -> None:
        self.listed, self.request = listed, request
        self.today = timezone.localdate()
        self.has_places = listed.has_places(request)
        self.form = ListForm(
            request.GET,
            has_period=bool(listed.period),
            has_places=self.has_places,
            picks=listed.picks,
            words=listed.search,
            longest=listed.longest,
            scanned=listed.scanned,
        )
        self.is_valid = self.form.is_valid()
        self.typed = {name: value for name, value in self.form.cleaned_data.items() if value}
        self.base = listed.rows(request)
        self.period = self.form.period(self._first_period())
        self.states = listed.tabs_for(request)
        keys = {ALL, *(state.key for state in self.states)}
        asked = request.GET.get("state", "")
        self.state_key = asked if asked in keys else listed.state
        self.state = next((state for state in self.states if state.key == self.state_key), State(ALL, _("All")))

    def shown(self) -> Shown:
        """The page."""
        counts, sums = self._counted()
        fetched = self._fetched(self._after(), self.listed.size + 1)
        page, has_more = fetched[: self.listed.size], len(fetched) > self.listed.size
        is_first = "after" not in self.request.GET
        return Shown(
            listed=self.listed,
            form=self.form,
            chips=self._chips() if self.listed.period else [],
            tabs=self._tabs(counts),
            filters=self._words(),
            filter_count=len(self._chosen()),
            count=counts.get(self.state_key, 0),
            is_at_least=self._is_at_least(counts.get(self.state_key, 0)),
            sums=" + ".join(formatting.money(each) for each in sums),
            headings=self.headings(),
            rows=self._read(page),
            is_one_day=self._period_of(self.state).is_one_day,
            older=link_to_position(self.request, "after", self._key_of(page[-1])) if has_more else "",
            newest="" if is_first else self._link(after=""),
            file=self._link(after="", **{CSV: "1"}),
            cleared=reverse(self.listed.name),
        )

    def headings(self) -> dict[str, Any]:
        """The columns of this reader: nobody of one station is told its name in every row."""
        hidden = set() if self.has_places or not self._is_placed else {"where"}
        return {name: label for name, label in self.listed.headings.items() if name not in hidden}

    def rows_after(self, after: str, size: int) -> tuple[list[Row], str]:
        """The next rows, and where those after them begin; nothing when these are the last."""
        fetched = self._fetched(after, size + 1)
        page = fetched[:size]
        return self._read(page), self._key_of(page[-1]) if len(fetched) > size else ""

    @property
    def _is_placed(self) -> bool:
        return type(self.listed).has_places is not ListPage.has_places

    @property
    def _order(self) -> Sequence[str]:
        return self.state.order or self.listed.order

    def _first_period(self) -> Period:
        if not self.listed.period or self.listed.days is None:
            return Period()
        return Period(self.today - dt.timedelta(days=self.listed.days - 1), self.today)

    def _period_of(self, state: State) -> Period:
        return Period() if state.ever and not self.period.is_chosen else self.period

    def _where(self, state: State) -> Q:
        return state.where & self._period_of(state).where(self.base.model, self.listed.period)

    def _narrowed(self) -> QuerySet[Any]:
        """Those within all filters but state and period."""
        if not self.is_valid:
            return self.base.none()
        rows = self.base
        if place := self.typed.get("station"):
            rows = rows.filter(self.listed.at_place(place))
        for pick in self.listed.picks:
            if value := self.typed.get(pick.name):
                rows = rows.filter(pick.where(value))
        if words := self.typed.get("q"):
            rows = rows.filter(self.listed.found(words))
        return rows

    def _counted(self) -> tuple[dict[str, int], list[Money]]:
        """In one query how many rows each tab has, and the sums of the tab that is shown."""
        listed, every = self.listed, State(ALL, "")
        tabs = {state.key: self._where(state) for state in (every, *self.states)}
        rows = self._narrowed().order_by()
        if listed.counted_to is not None:
            return counted_up_to(listed.counted_to, {key: rows.filter(where) for key, where in tabs.items()}), []
        if all(tabs.values()):  # An empty condition holds for every row, but `or` would drop it.
            rows = rows.filter(reduce(or_, tabs.values()))
        numbers = {f"n_{key}": Count("pk", filter=where or None) for key, where in tabs.items()}
        if not listed.amount:
            found = rows.aggregate(**numbers)
            return {key: found[f"n_{key}"] for key in tabs}, []
        total = Sum(listed.amount, filter=tabs[self.state_key] or None)
        lines = list(rows.values(listed.currency).annotate(**numbers, total=total).order_by(listed.currency))
        counts = {key: sum(line[f"n_{key}"] for line in lines) for key in tabs}
        here = [line for line in lines if line[f"n_{self.state_key}"]]
        return counts, [Money(int(line["total"] or 0), line[listed.currency]) for line in here]

    def _is_at_least(self, count: int) -> bool:
        """Whether there may be more rows than were counted."""
        return self.listed.counted_to is not None and count >= self.listed.counted_to

    def _fetched(self, after: str, size: int) -> list[Any]:
        rows = self._narrowed().filter(self._where(self.state))
        if after:
            rows = rows.filter(self._beyond(after))
        return list(rows.order_by(*self._order)[:size])

    def _read(self, page: list[Any]) -> list[Row]:
        known = self.listed.known(page, self.request)
        return [self.listed.row(row, known) for row in page]

    def _columns(self) -> list[tuple[str, bool]]:
        """The names of the order, each with whether it descends."""
        return [(name.removeprefix("-"), name.startswith("-")) for name in self._order]

    def _key_of(self, row: Any) -> str:
        values = [_value(row, name) for name, _down in self._columns()]
        return json.dumps([value.isoformat() if isinstance(value, dt.date) else str(value) for value in values])

    def _after(self) -> str:
        return position(self.request, "after")

    def _beyond(self, after: str) -> Q:
        """Keyset: what comes after the row whose values these are, by the order of the list."""
        values = json.loads(after)
        columns = self._columns()
        if not isinstance(values, list) or len(values) != len(columns):
            raise CursorInvalid
        beyond, equal = Q(), Q()
        for (name, is_down), value in zip(columns, values, strict=True):
            beyond |= equal & Q(**{f"{name}__{'lt' if is_down else 'gt'}": value})
            equal &= Q(**{name: value})
        first, is_down = columns[0]
        return Q(**{f"{first}__{'lte' if is_down else 'gte'}": values[0]}) & beyond

    # Words and links

    def _chosen(self) -> list[str]:
        """What somebody has set, in words."""
        words = [self.period.words] if self.period.is_chosen else []
        words += [self.typed["station"]] if "station" in self.typed else []
        for pick in self.listed.picks:
            if value := self.typed.get(pick.name):
                words += [str(label) for key, label in self.form.fields[pick.name].choices if str(key) == value]  # type: ignore[attr-defined]
        return [*words, *([f"“{self.typed['q']}”"] if "q" in self.typed else [])]

    def _words(self) -> str:
        words = self._chosen()
        if self.listed.period and not self.period.is_chosen:
            words = [self._period_of(self.state).words, *words]
        if self.has_places and "station" not in self.typed:
            words.append(_("all stations"))
        return capfirst(formatting.listed(words))

    def _chips(self) -> list[tuple[Any, str, bool]]:
        period = self._period_of(self.state)
        return [
            (
                words,
                self._link(after="", **{"from": since.isoformat(), "to": until.isoformat()}),
                (period.since, period.until) == (since, until),
            )
            for words, since, until in quick_periods(self.today)
        ]

    def _tabs(self, counts: dict[str, int]) -> list[Tab]:
        if not self.states:
            return []
        tabs = [(state.key, state.label) for state in self.states]
        return [
            Tab(
                key,
                capfirst(label),
                counts.get(key, 0),
                self._is_at_least(counts.get(key, 0)),
                self._link(after="", state=key),
                key == self.state_key,
            )
            for key, label in [(ALL, _("All")), *tabs]
        ]

    def _link(self, **changes: str) -> str:
        known = {name: value for name, value in self.request.GET.items() if value and name != CSV}
        return "?" + urlencode({name: value for name, value in (known | changes).items() if value})


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row
