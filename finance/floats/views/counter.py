"""The float at the counter: what it holds, how long it lasts, how to fill it, lend it, take it out."""

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.timezone import now

from core.access import may, requires
from core.days import day_in
from core.money import Money
from core.web.page_actions import form_page, page_of, to
from finance.floats import services
from finance.floats.display import advice, cover_chart, reasons
from finance.floats.forms import SendForm, TopUpForm, WithdrawForm
from finance.floats.models import FloatTopUp, FloatTransfer
from finance.floats.queries import (
    FloatState,
    covered,
    float_account,
    float_out_days,
    float_state,
    latest_forecast,
    money_rules,
    neighbours_who_could_help,
    stations_to_lend_to,
    waiting_for,
)
from finance.payouts.models import PayoutLine
from ledger.queries import entries
from stations.current_station import counter_of
from stations.models import Station
from stations.requests import SignedInRequest

READ, ASK, SEND, WITHDRAW = (
    "finance.read_float",
    "finance.request_topup",
    "finance.send_float",
    "finance.withdraw_float",
)
READ_TRANSFERS = "finance.read_float_transfer"
LATEST, CHART_DAYS, OUT_DAYS = 20, 30, 30


@requires(READ)
def float_page(request: SignedInRequest) -> HttpResponse:
    """What the float holds, how long it lasts, what moved it, and how to fill it."""
    station = counter_of(request.user, READ)
    if request.method == "POST":
        station = counter_of(request.user, ASK)
    return form_page(
        request,
        operation=ASK,
        form=TopUpForm(request.POST or None, currency=station.currency),
        service=partial(services.request_topup, station=station),
        then=page_of("floats:topup"),
        template="finance/floats/float.html",
        page=lambda: _float(request, station),
    )


@requires(SEND)
def send(request: SignedInRequest) -> HttpResponse:
    """Lend float to a neighbour: two fields and one press."""
    station = counter_of(request.user, SEND)
    near = stations_to_lend_to(station)

    def lend(*, to: str, **typed: Any) -> FloatTransfer:
        chosen = next(each.station for each in near if each.station.code == to)
        return services.send_float(station=station, to=chosen, **typed)

    return form_page(
        request,
        operation=SEND,
        form=SendForm(request.POST or None, stations=near, currency=station.currency),
        service=lend,
        then=page_of("floats:transfer"),
        template="finance/floats/send.html",
        page=lambda: {"state": _state(station), "near": near},
    )


@requires(WITHDRAW)
def withdraw(request: SignedInRequest) -> HttpResponse:
    """Take money out: set aside now, paid with the next payouts."""
    station = counter_of(request.user, WITHDRAW)
    return form_page(
        request,
        operation=WITHDRAW,
        form=WithdrawForm(request.POST or None, currency=station.currency),
        service=partial(services.withdraw_float, station=station),
        then=to("floats:withdraw"),
        template="finance/floats/withdraw.html",
        page=lambda: {"state": _state(station), "lines": _withdrawals(station)[:LATEST]},
    )


def _withdrawals(station: Station) -> QuerySet[PayoutLine]:
    account = float_account(station)
    return PayoutLine.objects.filter(account=account).order_by("-our_ref") if account else PayoutLine.objects.none()


def _float(request: SignedInRequest, station: Station) -> dict[str, Any]:
    at, account = now(), float_account(station)
    rules = money_rules(station, on=day_in(station.zone, at))
    forecast = latest_forecast(station, at=at)
    transfers = FloatTransfer.objects.open_to(request.user, READ_TRANSFERS)
    return {
        "station": station,
        "state": _state(station),
        "least": Money(rules.float_min_minor, station.currency),
        "most": Money(rules.float_max_minor, station.currency),
        "forecast": forecast,
        "reasons": reasons(forecast) if forecast else [],
        "advice": advice(forecast) if forecast else "",
        "neighbours": neighbours_who_could_help(station, at=at) if forecast and forecast.level != "ok" else [],
        "chart": cover_chart(covered(station, at=at, days=CHART_DAYS)),
        "out_days": float_out_days(station, at=at, days=OUT_DAYS),
        "lines": [line for line in entries(account, limit=LATEST) if line.amount or line.held] if account else [],
        "incoming": waiting_for(request.user, at=at),
        "transfers": transfers.select_related("from_station", "to_station").order_by("-id")[:LATEST],
        "topups": FloatTopUp.objects.open_to(request.user, "finance.read_topup")
        .filter(station=station)
        .order_by("-id")[:LATEST],
        "may_ask": may(request.user, ASK),
        "may_send": may(request.user, SEND),
    }


def _state(station: Station) -> FloatState:
    return float_state(station, at=now()) or FloatState.empty(station, at=now())
