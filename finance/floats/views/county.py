"""Floats of a county, those that last shortest first; and what the county and finance do about one of them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core.access import load, may, requires
from core.days import day_in
from core.forms import PressForm, submit
from finance.floats import services
from finance.floats.forms import RulesForm
from finance.floats.models import FloatForecast, StationMoney
from finance.floats.queries import (
    FloatState,
    covered,
    float_out_days,
    float_state,
    latest_forecast,
    money_rules,
    neighbours_who_could_help,
    newest_date,
    shortest_first,
)
from finance.floats.words import cover_chart, reasons
from finance.payouts.models import PayoutLine
from stations.models import Station

READ, EDIT, WITHDRAW = "finance.read_float", "finance.edit_station_money", "finance.withdraw_float"
PAGE, CHART_DAYS, OUT_DAYS = 50, 30, 30
FILTERS = [("", _("All")), *FloatForecast.Level.choices]


@requires(READ)
def stations(request: HttpRequest) -> HttpResponse:
    """The floats within reach by how long they last."""
    level = request.GET.get("level", "")
    forecasts = FloatForecast.objects.open_to(request.user, READ)
    rows = shortest_first(forecasts, date=newest_date(forecasts), level=level)
    page = {
        "rows": rows[:PAGE],
        "filters": [(capfirst(words), f"?level={value}", value == level) for value, words in FILTERS],
    }
    return render(request, "finance/floats/stations.html", page)


@requires(READ)
def station(request: HttpRequest, code: str) -> HttpResponse:
    """One float: what it needs, who could help, its rules."""
    found = _load(request, READ, code)
    return render(request, "finance/floats/station.html", _page(request, found, PressForm()))


@require_POST
@requires(WITHDRAW)
def clear(request: HttpRequest, code: str) -> HttpResponse:
    """At the end of a contract: all that can be used goes back to the partner."""
    found = _load(request, WITHDRAW, code)

    def run(_data: dict[str, Any]) -> str:
        services.clear_float(station=found, by=request.user, at=now())
        return reverse("floats:station", args=[code])

    outcome = submit(request, operation=WITHDRAW, form=PressForm(request.POST), run=run)
    page = _page(request, found, outcome.form)
    return outcome.response or render(request, "finance/floats/station.html", page, status=outcome.status)


@requires(EDIT)
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """Let other rules hold from a day on."""
    found = _load(request, EDIT, code)
    today = day_in(found.zone, now())
    form = RulesForm(request.POST or None, rules=money_rules(found, on=today))
    form.initial["from_date"] = today

    def run(data: dict[str, Any]) -> str:
        services.set_station_money(
            station=found,
            changes=form.changes,
            from_date=data["from_date"],
            reason=data["reason"],
            by=request.user,
            at=now(),
        )
        return reverse("floats:station", args=[code])

    outcome = submit(request, operation=EDIT, form=form, run=run)
    page = {"station": found, "form": outcome.form}
    return outcome.response or render(request, "finance/floats/rules.html", page, status=outcome.status)


def _load(request: HttpRequest, verb: str, code: str) -> Station:
    return load(Station.objects.select_related("county"), request.user, verb, code=code)


def _page(request: HttpRequest, found: Station, form: Any) -> dict[str, Any]:
    at = now()
    forecast = latest_forecast(found, at=at)
    state = float_state(found, at=at) or FloatState.empty(found, at=at)
    planned = StationMoney.objects.open_to(request.user, READ).filter(station=found)
    return {
        "station": found,
        "form": form,
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
