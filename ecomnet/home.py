"""The first page of the day: what is open, whom to serve, what needs somebody, what the till and float hold."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.access import SIGNED_IN, may, requires
from core.days import day_in, instant_of
from core.forms import PressForm
from core.language import formatting
from core.money import Money
from finance.fees.queries import EarningsOfDay, earned_between
from finance.floats.queries import FloatState, float_state, money_rules, waiting_for
from finance.payments.models import Payment, Refund
from finance.payments.queries import needs_attention
from finance.tills.models import CashCount, CashDay
from finance.tills.queries import TillState, is_as_left, last_count, till_state
from stations.contracts.queries import Suspension, suspension_of
from stations.models import Station
from stations.network.queries import published_hours
from stations.scope import posts_granting
from stations.scores.queries import Sign, in_words, warnings_in_order

NEEDS_YOU = 7


@dataclass(frozen=True, slots=True)
class Counter:
    """What the counter of one station shows."""

    station: Station
    day: CashDay | None
    till: TillState
    float: FloatState | None
    incoming: list[Any]
    earned: EarningsOfDay
    needs: list[Any]
    ceiling_percent: int
    is_morning: bool
    opens: PressForm | None
    last_count: CashCount | None
    signs: list[Sign]
    hours: str
    serves: bool
    suspension: Suspension | None


@requires(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """The counter of a station's people; others start where their work is."""
    station = _own_station(request.user)
    if station is None:
        return render(request, "ecomnet/desk.html", {"county": may(request.user, "stations.read_station")})
    if not may(request.user, "finance.read_payment"):
        return redirect("network:station")
    return render(request, "ecomnet/home.html", {"counter": _counter(request.user, station, at=now())})


def _own_station(user: Any) -> Station | None:
    post = next((post for post in posts_granting(user, "finance.read_payment") if post.reach == "station"), None)
    return Station.objects.select_related("county").get(pk=post.station_id) if post else None


def _counter(user: Any, station: Station, *, at: dt.datetime) -> Counter:
    today = day_in(station.zone, at)
    start, end = (instant_of(station.zone, date, dt.time()) for date in (today, today + dt.timedelta(days=1)))
    till = till_state(station, at=at)
    rules = money_rules(station, on=today)
    count = last_count(station)
    is_morning = till.day is None and not till.closed_today and may(user, "finance.open_cash_day")
    return Counter(
        station=station,
        day=till.day,
        till=till,
        float=float_state(station, at=at),
        incoming=list(waiting_for(user, at=at)) if may(user, "finance.accept_float") else [],
        earned=earned_between(user, since=start, until=end, currency=station.currency),
        needs=needs_attention(
            Payment.objects.open_to(user, "finance.read_payment").filter(station=station),
            Refund.objects.open_to(user, "finance.read_refund").filter(station=station),
            limit=NEEDS_YOU,
        ),
        ceiling_percent=_percent(till.balance, rules.ceiling_minor),
        is_morning=is_morning,
        opens=PressForm() if is_as_left(count, till.balance) else None,
        last_count=count,
        signs=_signs(user, station),
        hours=_hours_of(station, today, at=at),
        serves=may(user, "finance.pay_bill"),
        suspension=suspension_of(user, user.live_posts),
    )


def _hours_of(station: Station, today: dt.date, *, at: dt.datetime) -> str:
    """What stands on the door for today."""
    intervals = published_hours([station], at)[station.pk].on(today)
    if not intervals:
        return _("marked as closed today")
    hours = formatting.listed(f"{formatting.clock(opens)}–{formatting.clock(closes)}" for opens, closes in intervals)
    return _("today %(hours)s") % {"hours": hours}


def _signs(user: Any, station: Station) -> list[Sign]:
    """Early warnings, for whom the score of the station is open."""
    if not may(user, "stations.read_score"):
        return []
    return [in_words(row) for row in warnings_in_order(station.warnings.all())]


def _percent(balance: Money, ceiling_minor: int) -> int:
    return balance.minor * 100 // ceiling_minor
