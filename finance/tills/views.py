"""The drawer at the counter: open it, count it, close it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from core.access import load, may, requires
from core.days import day_in
from core.forms import PressForm, submit
from core.history import changes_of
from core.money import Money
from core.timeline import entries_of
from finance.tills import services
from finance.tills.forms import CountForm
from finance.tills.models import CashDay
from finance.tills.queries import REMINDERS, UNDECIDED, denominations, is_as_left, last_count, till_state
from stations.counter import counter_of

READ, OPEN, COUNT, CLOSE = (
    "finance.read_cash_day",
    "finance.open_cash_day",
    "finance.count_cash",
    "finance.close_cash_day",
)
PAST = 14


@requires(READ)
def till(request: HttpRequest) -> HttpResponse:
    """Today's drawer: what to do with it now, and the days before."""
    station = counter_of(request.user, READ)
    state = till_state(station, at=now())
    past = CashDay.objects.open_to(request.user, READ).filter(station=station, status=CashDay.Status.CLOSED)
    page = {
        "station": station,
        "state": state,
        "press": PressForm() if is_as_left(last_count(station), state.balance) else None,
        "past": past.order_by("-business_date")[:PAST],
        "may_close": may(request.user, CLOSE),
        "reminders": [sentence for remind in REMINDERS for sentence in remind(station, now())],
    }
    return render(request, "finance/tills/till.html", page)


@require_POST
@requires(OPEN)
def open_as_left(request: HttpRequest) -> HttpResponse:
    """One press in the morning: the drawer holds what it held at the last close."""
    station = counter_of(request.user, OPEN)

    def run(_data: dict[str, Any]) -> str:
        services.open_as_left(station=station, by=request.user, at=now())
        return reverse("home")

    outcome = submit(request, operation=OPEN, form=PressForm(request.POST), run=run)
    return outcome.response or _count_page(request, station, None, outcome.form, status=outcome.status)


@requires(OPEN)
def open_counted(request: HttpRequest) -> HttpResponse:
    """Open the day with a count."""
    station = counter_of(request.user, OPEN)
    form = _form(request, station)

    def run(_data: dict[str, Any]) -> str:
        services.open_cash_day(station=station, lines=form.lines, by=request.user, at=now())
        return reverse("home")

    outcome = submit(request, operation=OPEN, form=form, run=run)
    return outcome.response or _count_page(request, station, None, outcome.form, status=outcome.status)


@requires(COUNT)
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """Count blind: what the books say is shown only afterwards."""
    day = load(_days(), request.user, COUNT, pk=pk)
    form = _form(request, day.station)

    def run(_data: dict[str, Any]) -> str:
        services.count_cash(cash_day=day, lines=form.lines, by=request.user, at=now())
        return reverse("tills:day", args=[pk])

    outcome = submit(request, operation=COUNT, form=form, run=run)
    return outcome.response or _count_page(request, day.station, day, outcome.form, status=outcome.status)


@requires(READ)
def day(request: HttpRequest, pk: int) -> HttpResponse:
    """One cash day: its count against the books, and what is not decided yet."""
    found = load(_days(), request.user, READ, pk=pk)
    return render(request, "finance/tills/day.html", _day_page(request, found, PressForm()))


@require_POST
@requires(CLOSE)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a day that agrees with the books."""
    found = load(_days(), request.user, CLOSE, pk=pk)

    def run(_data: dict[str, Any]) -> str:
        services.close_cash_day(cash_day=found, by=request.user, at=now())
        return reverse("tills:day", args=[pk])

    return _pressed(request, found, CLOSE, run)


@require_POST
@requires("finance.resume_day")
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the count aside and go on selling."""
    found = load(_days(), request.user, "finance.resume_day", pk=pk)

    def run(_data: dict[str, Any]) -> str:
        services.resume_day(cash_day=found, by=request.user, at=now())
        return reverse("tills:till")

    return _pressed(request, found, "finance.resume_day", run)


def _pressed(request: HttpRequest, found: CashDay, verb: str, run: Any) -> HttpResponse:
    outcome = submit(request, operation=verb, form=PressForm(request.POST), run=run)
    if outcome.done:
        return outcome.response
    found.refresh_from_db()
    return render(request, "finance/tills/day.html", _day_page(request, found, outcome.form), status=outcome.status)


def _count_page(request: HttpRequest, station: Any, day: CashDay | None, form: Any, *, status: int) -> HttpResponse:
    if not isinstance(form, CountForm):
        refused = form
        form = CountForm(**_notes(station))
        page = {"form": form, "refused": refused, "station": station, "day": day}
    else:
        page = {"form": form, "station": station, "day": day}
    return render(request, "finance/tills/count.html", page, status=status)


def _day_page(request: HttpRequest, found: CashDay, form: Any) -> dict[str, Any]:
    is_counted = found.counted_minor is not None
    return {
        "day": found,
        "form": form,
        "counted": Money(found.counted_minor, found.currency) if is_counted else None,
        "expected": Money(found.expected_minor, found.currency) if is_counted else None,
        "difference": Money(found.over_short_minor, found.currency) if is_counted else None,
        "undecided": [row for rows in UNDECIDED for row in rows(found.station)],
        "entries": entries_of(changes_of(found), CashDay.Status, names=_names(found)),
        "may_close": may(request.user, CLOSE),
    }


def _names(day: CashDay) -> dict[Any, str]:
    """Who opened and closed it, for the people of the station."""
    return {user.pk: user.shown_name for user in (day.opened_by, day.closed_by) if user}


def _form(request: HttpRequest, station: Any) -> CountForm:
    return CountForm(request.POST or None, **_notes(station))


def _notes(station: Any) -> dict[str, Any]:
    """What is counted here today."""
    notes = denominations(station.currency, on=day_in(station.zone, now()))
    return {"denominations": notes, "currency": station.currency}


def _days() -> Any:
    return CashDay.objects.select_related("station__county", "opened_by", "closed_by")
