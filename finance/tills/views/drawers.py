"""The drawer at the counter: open it, count it, close it."""

import datetime as dt
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from core.access import load, may, requires
from core.days import day_in
from core.forms import PressForm
from core.history import changes_of
from core.money import Money
from core.web.page_actions import ObjectPage, PageAction, form_page, to
from core.web.timeline import entries_of
from finance.hooks import REMINDERS
from finance.tills import services
from finance.tills.forms import CountForm, HandOverForm, OpeningForm
from finance.tills.models import CashDay, OverShort, Remittance
from finance.tills.queries import (
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
from stations.network.models import Station
from stations.requests import SignedInRequest

READ, OPEN, COUNT, CLOSE = (
    "finance.read_cash_day",
    "finance.open_cash_day",
    "finance.count_cash",
    "finance.close_cash_day",
)
PAST = 14
COUNT_PAGE = "finance/tills/count.html"


@requires(READ)
def till(request: SignedInRequest) -> HttpResponse:
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
def open_as_left(request: SignedInRequest) -> HttpResponse:
    """One press in the morning: the drawer holds what it held at the last close."""
    station = drawer_of(request.user, OPEN)
    press = PressForm(request.POST)
    return form_page(
        request,
        operation=OPEN,
        form=press,
        service=partial(services.open_as_left, station=station),
        then=to("home"),
        template=COUNT_PAGE,
        page=lambda: {"form": OpeningForm(**_notes(station)), "refused": press, "station": station},
    )


@requires(OPEN)
def open_counted(request: SignedInRequest) -> HttpResponse:
    """Open the day with a count; one that differs from the books is pressed a second time."""
    station = drawer_of(request.user, OPEN)
    form = OpeningForm(request.POST or None, **_notes(station))
    held = till_balance(station)
    if request.method == "POST" and form.is_valid() and not form.is_agreed(held):
        form.ask_again()
        page = {"form": form, "station": station, "differs": form.counted - held, "held": held}
        return render(request, COUNT_PAGE, page, status=422)
    return form_page(
        request,
        operation=OPEN,
        form=form,
        service=partial(services.open_cash_day, station=station),
        then=to("home"),
        template=COUNT_PAGE,
        page=lambda: {"station": station},
    )


@requires(COUNT, one_object=True)
def count(request: SignedInRequest, pk: int) -> HttpResponse:
    """Count blind: what the books say is shown only afterwards."""
    day = load(_days(), request.user, COUNT, pk=pk)
    return form_page(
        request,
        operation=COUNT,
        form=CountForm(request.POST or None, **_notes(day.station)),
        service=partial(services.count_cash, cash_day=day),
        then=to("tills:day", pk),
        template=COUNT_PAGE,
        page=lambda: {"station": day.station, "day": day},
    )


def _holder(day: CashDay | None) -> User | None:
    """Who holds the till now."""
    custody = day and day.custodies.filter(to_at=None).select_related("holder").first()
    return custody.holder if custody else None


def _others(day: CashDay) -> list[User]:
    """Those who work at this station and do not hold the till."""
    posts = Post.objects.live(now()).filter(station=day.station, role__in=["partner", "helper"])
    workers = User.objects.filter(pk__in=posts.values("user"), is_active=True)
    holder = _holder(day)
    others = workers.exclude(pk=holder.pk) if holder else workers
    return list(others.order_by("username"))


def _names(day: CashDay) -> dict[Any, str]:
    """Who opened and closed it, for the people of the station."""
    return {user.pk: user.shown_name for user in (day.opened_by, day.closed_by) if user}


def _notes(station: Station) -> dict[str, Any]:
    """What is counted here today."""
    notes = denominations(station.currency, on=day_in(station.zone, now()))
    return {"denominations": notes, "currency": station.currency}


def _hand_over(*, cash_day: CashDay, to: str, by: User, at: dt.datetime) -> CashDay:
    taker = next(user for user in _others(cash_day) if str(user.pk) == to)
    return services.hand_over_till(cash_day=cash_day, to=taker, by=by, at=at)


def _amount(minor: int | None, day: CashDay) -> Money | None:
    """Nothing before the count: the three sums are written together."""
    return None if minor is None else Money(minor, day.currency)


def _context(request: SignedInRequest, found: CashDay) -> dict[str, Any]:
    return {
        "day": found,
        "counted": _amount(found.counted_minor, found),
        "expected": _amount(found.expected_minor, found),
        "difference": _amount(found.over_short_minor, found),
        "undecided": undecided_at(found.station, found.closed_at),
        "unsent": devices_unsent(found.station),
        "holder": _holder(found),
        "found": found.over_shorts.open_to(request.user, "finance.read_over_short").order_by("found_at"),
        "entries": entries_of(changes_of(found), CashDay.Status, names=_names(found)),
    }


def _days() -> QuerySet[CashDay]:
    return CashDay.objects.select_related("station__county", "opened_by", "closed_by")


DAY = ObjectPage(
    name="tills:day",
    template="finance/tills/day.html",
    grant=READ,
    noun="cash_day",
    rows=_days,
    context=_context,
    machine=services.CASH_DAY,
    actions={
        "close": PageAction(grant=CLOSE, service=services.close_cash_day, arrow="close_cash_day"),
        "resume": PageAction(
            grant="finance.resume_day", service=services.resume_day, arrow="resume_day", then=to("tills:till")
        ),
        "hand-over": PageAction(
            grant="finance.hand_over_till",
            service=_hand_over,
            form=HandOverForm,
            form_kwargs=lambda _request, day: {"people": _others(day)},
            arrow="hand_over_till",
            is_open=lambda day, _user: bool(_others(day)),
            then=to("tills:till"),
        ),
    },
)
