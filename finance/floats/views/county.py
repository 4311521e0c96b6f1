"""Floats of a county, those that last shortest first; and what the county and finance do about one of them."""

import datetime as dt
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from core.access import load, may, requires
from core.days import day_in
from core.forms import PressForm
from core.web.page_actions import form_page, to
from finance.floats import services
from finance.floats.display import cover_chart, reasons
from finance.floats.forms import RulesForm
from finance.floats.models import StationMoney
from finance.floats.queries import (
    FloatState,
    covered,
    float_out_days,
    float_state,
    latest_forecast,
    money_rules,
    neighbours_who_could_help,
)
from finance.payouts.models import PayoutLine
from stations.models import Station, User
from stations.requests import SignedInRequest

READ, EDIT, WITHDRAW = "finance.read_float", "finance.edit_station_money", "finance.withdraw_float"
STATION_PAGE = "finance/floats/station.html"
PAGE, CHART_DAYS, OUT_DAYS = 50, 30, 30


@requires(READ, one_object=True)
def station(request: SignedInRequest, code: str) -> HttpResponse:
    """One float: what it needs, who could help, its rules."""
    found = _load(request, READ, code)
    return render(request, STATION_PAGE, {"form": PressForm(), **_page(request, found)})


@require_POST
@requires(WITHDRAW, one_object=True)
def clear(request: SignedInRequest, code: str) -> HttpResponse:
    """At the end of a contract: all that can be used goes back to the partner."""
    found = _load(request, WITHDRAW, code)
    return form_page(
        request,
        operation=WITHDRAW,
        form=PressForm(request.POST),
        service=partial(services.clear_float, station=found),
        then=to("floats:station", code),
        template=STATION_PAGE,
        page=lambda: _page(request, found),
    )


@requires(EDIT, one_object=True)
def rules(request: SignedInRequest, code: str) -> HttpResponse:
    """Let other rules hold from a day on."""
    found = _load(request, EDIT, code)
    today = day_in(found.zone, now())
    form = RulesForm(request.POST or None, rules=money_rules(found, on=today))
    form.initial["from_date"] = today

    def set_rules(*, from_date: dt.date, reason: str, by: User, at: dt.datetime, **_changes: Any) -> Any:
        return services.set_station_money(
            station=found, changes=form.changes, from_date=from_date, reason=reason, by=by, at=at
        )

    return form_page(
        request,
        operation=EDIT,
        form=form,
        service=set_rules,
        then=to("floats:station", code),
        template="finance/floats/rules.html",
        page=lambda: {"station": found},
    )


def _load(request: SignedInRequest, verb: str, code: str) -> Station:
    return load(Station.objects.select_related("county"), request.user, verb, code=code)


def _page(request: SignedInRequest, found: Station) -> dict[str, Any]:
    at = now()
    forecast = latest_forecast(found, at=at)
    state = float_state(found, at=at) or FloatState.empty(found, at=at)
    planned = StationMoney.objects.open_to(request.user, READ).filter(station=found)
    return {
        "station": found,
        "state": state,
        "forecast": forecast,
        "reasons": reasons(forecast) if forecast else [],
        "neighbours": neighbours_who_could_help(found, at=at),
        "chart": cover_chart(covered(found, at=at, days=CHART_DAYS)),
        "out_days": float_out_days(found, at=at, days=OUT_DAYS),
        "rules": planned.order_by("-from_date")[:PAGE],
        "withdrawals": PayoutLine.objects.filter(account__code__startswith=f"float:{found.code}:").order_by("-our_ref")[
            :PAGE
        ],
        "may_edit": may(request.user, EDIT),
        "may_clear": may(request.user, WITHDRAW) and state.available.minor > 0,
    }
