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
from finance.tills.forms import CountForm, HandOverForm, OpeningForm
from finance.tills.models import CashDay, OverShort, Remittance
from finance.tills.queries import (
    REMINDERS,
    denominations,
    devices_unsent,
    is_as_left,
    last_count,
    till_balance,
    till_state,
    undecided_at,
)
from finance.tills.reach import drawer_of
from stations.accounts.models import Post, User

HAND_OVER = "finance.hand_over_till"
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
    station = drawer_of(request.user, READ)
    state = till_state(station, at=now())
    past = CashDay.objects.open_to(request.user, READ).filter(station=station, status=CashDay.Status.CLOSED)
    page = {
        "station": station,
        "state": state,
        "press": PressForm() if is_as_left(last_count(station), state.balance) else None,
        "past": past.order_by("-business_date")[:PAST],
        "may_close": may(request.user, CLOSE),
        "reminders": [sentence for remind in REMINDERS for sentence in remind(station, now())],
        "may_bring": may(request.user, "finance.declare_remittance"),
        "may_report": may(request.user, "finance.report_loss"),
        "holder": _holder(state.day),
        "differences": OverShort.objects.open_to(request.user, "finance.read_over_short")
        .filter(station=station)
        .unsettled()
        .order_by("found_at"),
        "under_way": Remittance.objects.open_to(request.user, "finance.read_remittance")
        .filter(station=station)
        .under_way()
        .order_by("declared_at"),
    }
    return render(request, "finance/tills/till.html", page)


@require_POST
@requires(OPEN)
def open_as_left(request: HttpRequest) -> HttpResponse:
    """One press in the morning: the drawer holds what it held at the last close."""
    station = drawer_of(request.user, OPEN)

    def run(_data: dict[str, Any]) -> str:
        services.open_as_left(station=station, by=request.user, at=now())
        return reverse("home")

    outcome = submit(request, operation=OPEN, form=PressForm(request.POST), run=run)
    return outcome.response or _count_page(request, station, None, outcome.form, status=outcome.status)


@requires(OPEN)
def open_counted(request: HttpRequest) -> HttpResponse:
    """Open the day with a count; one that differs from the books is pressed a second time."""
    station = drawer_of(request.user, OPEN)
    form = OpeningForm(request.POST or None, **_notes(station))
    held = till_balance(station)
    if request.method == "POST" and form.is_valid() and not form.is_agreed(held):
        form.ask_again()
        return _count_page(request, station, None, form, status=422, differs=form.counted - held, held=held)

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
    """Close a counted day, with whatever was counted."""
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


@require_POST
@requires(HAND_OVER)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the counted till to another person."""
    found = load(_days(), request.user, HAND_OVER, pk=pk)
    people = _others(found)
    form = HandOverForm(request.POST, people=people)

    def run(data: dict[str, Any]) -> str:
        to = next(user for user in people if str(user.pk) == data["to"])
        services.hand_over_till(cash_day=found, to=to, by=request.user, at=now())
        return reverse("tills:till")

    outcome = submit(request, operation=HAND_OVER, form=form, run=run)
    if outcome.done:
        return outcome.response
    found.refresh_from_db()
    page = {**_day_page(request, found, PressForm()), "hand_over": outcome.form}
    return render(request, "finance/tills/day.html", page, status=outcome.status)


def _pressed(request: HttpRequest, found: CashDay, verb: str, run: Any) -> HttpResponse:
    outcome = submit(request, operation=verb, form=PressForm(request.POST), run=run)
    if outcome.done:
        return outcome.response
    found.refresh_from_db()
    return render(request, "finance/tills/day.html", _day_page(request, found, outcome.form), status=outcome.status)


def _count_page(
    request: HttpRequest, station: Any, day: CashDay | None, form: Any, *, status: int, **more: Any
) -> HttpResponse:
    page = {"form": form, "station": station, "day": day, **more}
    if not isinstance(form, CountForm):
        page |= {"form": OpeningForm(**_notes(station)), "refused": form}
    return render(request, "finance/tills/count.html", page, status=status)


def _day_page(request: HttpRequest, found: CashDay, form: Any) -> dict[str, Any]:
    is_counted = found.counted_minor is not None
    return {
        "day": found,
        "form": form,
        "counted": Money(found.counted_minor, found.currency) if is_counted else None,
        "expected": Money(found.expected_minor, found.currency) if is_counted else None,
        "difference": Money(found.over_short_minor, found.currency) if is_counted else None,
        "undecided": undecided_at(found.station),
        "unsent": devices_unsent(found.station),
        "holder": _holder(found),
        "found": found.over_shorts.open_to(request.user, "finance.read_over_short").order_by("found_at"),
        "hand_over": _hand_over_form(request, found),
        "entries": entries_of(changes_of(found), CashDay.Status, names=_names(found)),
        "may_close": may(request.user, CLOSE),
    }


def _holder(day: CashDay | None) -> User | None:
    """Who holds the till now."""
    custody = day and day.custodies.filter(to_at=None).select_related("holder").first()
    return custody.holder if custody else None


def _others(day: CashDay) -> list[User]:
    """Those who work at this station and do not hold the till."""
    posts = Post.objects.live(now()).filter(station=day.station, role__in=["partner", "helper"])
    holder = _holder(day)
    return list(
        User.objects.filter(pk__in=posts.values("user"), is_active=True)
        .exclude(pk=holder.pk if holder else None)
        .order_by("username")
    )


def _hand_over_form(request: HttpRequest, day: CashDay) -> HandOverForm | None:
    is_counted = day.status in services.CASH_DAY.arrows["hand_over_till"]
    people = _others(day) if is_counted and may(request.user, HAND_OVER) else []
    return HandOverForm(people=people) if people else None


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
