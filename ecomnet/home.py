"""The first page of the day: what is open, whom to serve, what needs somebody, what the till and float hold."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.access import SIGNED_IN, may, requires
from core.days import day_in
from core.forms import PressForm
from core.money import Money
from core.web.bars import Bars
from core.web.console import Hit, MenuEntry, board_for, figures_for, services_for, trend_for
from core.web.shell import UNREAD, reader_of, waiting_on
from core.web.table_files import file_of_rows
from core.web.waiting import Waits, age_in_words
from ecomnet.homes import COUNTER_TREND, HOMES, WAITING
from finance.floats.queries import FloatState, float_state, money_rules
from finance.payments.models import Payment
from finance.tills.models import CashCount, CashDay
from finance.tills.queries import TillState, is_as_left, last_count, till_state
from finance.tills.whose_cash import WhoseCash, whose_cash
from stations.accounts.models import User
from stations.contracts.queries import Suspension, suspension_of
from stations.models import Station
from stations.network.queries import services_offered
from stations.scope import posts_granting
from stations.scores.queries import Sign, in_words, warnings_in_order

NEEDS_YOU = 7


#: Of these the counter shows each by itself, with whom it is about.
ONE_BY_ONE = {"payments.undecided"}


@dataclass(frozen=True, slots=True)
class FigureLink:
    """A figure as a home shows it."""

    label: Any
    value: Any
    href: str
    detail: Any = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class ShownBoard:
    """The worst rows of a list, and where the others stand."""

    label: Any
    href: str
    rows: Sequence[Hit]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the home of somebody shows who works at no counter."""

    place: Any
    role: Any
    at: dt.datetime
    figures: list[FigureLink]
    needs: list[Waits]
    trend: Bars | None
    board: ShownBoard | None
    administers: bool


@dataclass(frozen=True, slots=True)
class Counter:
    """What the counter of one station shows."""

    station: Station
    day: CashDay | None
    till: TillState
    float: FloatState | None
    unanswered: list[Payment]
    ceiling_percent: int
    is_morning: bool
    opens: PressForm | None
    last_count: CashCount | None
    signs: list[Sign]
    serves: bool
    suspension: Suspension | None
    whose: WhoseCash
    services: list[tuple[MenuEntry, str]]

    @property
    def ceiling_words(self) -> str:
        """How full the till is: a count stays blind, so no sum stands here."""
        return f"{self.ceiling_percent} %"


@requires(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """The counter of a station's people; others see how their work stands."""
    station = _own_station(request.user)
    if station is None:
        return render(request, "ecomnet/desk.html", {"desk": _desk(request, at=now())})
    if not may(request.user, "finance.read_payment"):
        return redirect("network:station")
    needs = needs_of(request)
    page = {
        "counter": _counter(request.user, station, {waits.need.name for waits in needs}, at=now()),
        "needs": [waits for waits in needs if waits.need.name not in ONE_BY_ONE],
        "undecided": sum(waits.count for waits in needs if waits.need.name == "payments.undecided"),
        "trend": _trend(request, at=now()),
    }
    return render(request, "ecomnet/home.html", page)


@requires(SIGNED_IN)
def trend_file(request: HttpRequest) -> HttpResponse:
    """The figures of the home's trend, as a table program opens them."""
    found = _trend(request, at=now())
    if found is None:
        return redirect("home")
    rows = [(label, *cells) for label, cells in zip(found.labels, found.rows, strict=True)]
    return file_of_rows(found.id, [found.period, *found.columns], rows)


def _desk(request: HttpRequest, *, at: dt.datetime) -> Desk:
    reader = reader_of(request)
    shown = HOMES.get(reader.role_code)
    needs = needs_of(request)
    return Desk(
        place=reader.place or "EcomNet",
        role=reader.role,
        at=at,
        figures=_figures(request.user, shown.figures, needs, at=at) if shown else [],
        needs=needs,
        trend=_trend(request, at=at),
        board=_board(request.user, shown.board, at=at) if shown and shown.board else None,
        administers=bool(request.user.is_staff),
    )


def needs_of(request: HttpRequest) -> list[Waits]:
    """What waits for the reader, the oldest first; messages have their sign in the header."""
    return [waits for waits in waiting_on(request) if waits.need.name != UNREAD]


def _trend(request: HttpRequest, *, at: dt.datetime) -> Bars | None:
    role = reader_of(request).role_code
    name = HOMES[role].trend if role in HOMES else COUNTER_TREND
    found = trend_for(request.user, name)
    return found.chart(user=request.user, at=at) if found else None


def _board(user: Any, name: str, *, at: dt.datetime) -> ShownBoard | None:
    found = board_for(user, name)
    return ShownBoard(found.label, found.href, found.rows(user=user, at=at)) if found else None


def _figures(user: Any, names: Sequence[str], needs: list[Waits], *, at: dt.datetime) -> list[FigureLink]:
    known = {figure.name: figure for figure in figures_for(user, names)}
    shown = []
    for name in names:
        if name == WAITING:
            shown.append(_waiting(needs, at))
        elif name in known and known[name].href:
            measured = known[name].measure(user=user, at=at)
            value = f"{measured.value:,}" if isinstance(measured.value, int) else measured.value
            shown.append(FigureLink(known[name].label, value, known[name].href, measured.detail, measured.status))
    return shown


def _waiting(needs: list[Waits], at: dt.datetime) -> FigureLink:
    count = sum(waits.count for waits in needs)
    if not needs:
        return FigureLink(_("Waiting for you"), "0", "#needs", _("nothing waits"), "ok")
    oldest = age_in_words(needs[0].since, at)
    return FigureLink(_("Waiting for you"), f"{count:,}", "#needs", _("oldest: %(age)s") % {"age": oldest})


def _own_station(user: Any) -> Station | None:
    post = next((post for post in posts_granting(user, "finance.read_payment") if post.reach == "station"), None)
    if post is None:
        return None
    known: Station | None = getattr(user, "station_of_post", None)  # read for the frame of the page
    if known is not None and known.pk == post.station_id:
        return known
    return Station.objects.select_related("county").get(pk=post.station_id)


def _counter(user: Any, station: Station, waiting: set[str], *, at: dt.datetime) -> Counter:
    """`waiting` are the kinds of which something waits: no statement asks for the others."""
    today = day_in(station.zone, at)
    till = till_state(station, at=at)
    rules = money_rules(station, on=today)
    whose = whose_cash(station, rules=rules, at=at, state=till, names_day=True)
    is_unopened = whose.keeps_till and till.day is None and not till.closed_today
    is_morning = is_unopened and may(user, "finance.open_cash_day")
    count = last_count(station) if is_morning else None
    return Counter(
        station=station,
        day=till.day,
        till=till,
        float=float_state(station, at=at),
        unanswered=_unanswered(user, station) if "payments.undecided" in waiting else [],
        ceiling_percent=_percent(till.balance, rules.ceiling_minor),
        is_morning=is_morning,
        opens=PressForm() if is_morning and is_as_left(count, till.balance) else None,
        last_count=count,
        signs=[] if is_morning else _signs(user, station),  # the first act of the day is to open it
        serves=may(user, "finance.pay_bill"),
        suspension=suspension_of(user, user.live_posts),
        whose=whose,
        services=_services(user, station, at=at),
    )


def _services(user: User, station: Station, *, at: dt.datetime) -> list[tuple[MenuEntry, str]]:
    """What the station offers of what the user may do, each with the reason why it is not open now."""
    offered = {answer.code: answer for answer in services_offered(station, user, at)}
    return [(entry, offered[entry.service].reason) for entry in services_for(user) if entry.service in offered]


def _unanswered(user: Any, station: Station) -> list[Payment]:
    """Payments whose end nobody knows, the oldest first, with those whom they are about."""
    reached = Payment.objects.open_to(user, "finance.pay_bill").filter(station=station).undecided()
    return list(reached.select_related("payer", "bill__biller__category").order_by("taken_at")[:NEEDS_YOU])


def _signs(user: Any, station: Station) -> list[Sign]:
    """Early warnings, for whom the score of the station is open."""
    if not may(user, "stations.read_score"):
        return []
    return [in_words(row) for row in warnings_in_order(station.warnings.all())]


def _percent(balance: Money, ceiling_minor: int) -> int:
    return balance.minor * 100 // ceiling_minor
