"""The county's cash by age, and the faults of the system that everybody may read."""

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.access import PUBLIC, may, requires
from core.days import day_in
from core.language import formatting
from core.language.formatting import listed
from core.web.tables import Cell, Column, Table
from finance.tills.models import CashDue, KnownError, LossCase, OverShort, Remittance
from finance.tills.queries import CashAge, cash_ages
from stations.models import Station
from stations.requests import SignedInRequest

READ = "finance.read_cash_day"
PAGE, RECENT = 300, 40


@requires(READ)
def county_cash(request: SignedInRequest) -> HttpResponse:
    """Every drawer within reach by the age of its cash, with who was told on which day."""
    stations = list(Station.objects.open_to(request.user, READ).exclude(status=Station.Status.CLOSED)[:PAGE])
    on = day_in(stations[0].zone, now()) if stations else timezone.localdate()
    ages = cash_ages(stations, on=on)
    dues = CashDue.objects.standing().filter(station__in=stations).prefetch_related("notices")
    by_station = {due.station_id: due for due in dues}
    remittances = Remittance.objects.open_to(request.user, "finance.read_remittance")
    differences = OverShort.objects.open_to(request.user, "finance.read_over_short")
    losses = LossCase.objects.open_to(request.user, "finance.read_loss_case")
    page = {
        "table": _table([age for age in ages if age.held.minor > 0], by_station),
        "under_way": remittances.under_way().select_related("station").order_by("declared_at")[:PAGE],
        "differences": differences.unsettled().select_related("station").order_by("found_at")[:PAGE],
        "losses": losses.filter(status="open").select_related("station").order_by("reported_at"),
        "may_send_change": may(request.user, "finance.declare_remittance"),
    }
    return render(request, "finance/tills/county_cash.html", page)


@requires(PUBLIC)
def known_errors(request: SignedInRequest) -> HttpResponse:
    """What is broken in our own system, and since when."""
    rows = KnownError.objects.order_by("-from_at")
    page = {"open": rows.filter(to_at=None), "mended": rows.exclude(to_at=None)[:RECENT]}
    return render(request, "finance/tills/known_errors.html", page)


def _table(ages: list[CashAge], dues: dict[int, CashDue]) -> Table:
    return Table(
        caption=_("Cash in the tills, the oldest first"),
        columns=[
            Column(_("Station")),
            Column(_("In the till"), number=True),
            Column(_("Share of the ceiling"), number=True),
            Column(_("Oldest cash from")),
            Column(_("Informed")),
        ],
        rows=[_row(age, dues.get(age.station.pk)) for age in ages],
        note=_("Due after three days, or from 60 percent of the ceiling."),
        empty=_("No company cash in any till."),
    )


def _row(age: CashAge, due: CashDue | None) -> list[object]:
    full = f"{age.full_bp // 100} %"
    return [
        Cell(age.station.name, detail=age.station.code),
        formatting.money(age.held),
        Cell(full, status="bad" if age.full_bp >= 8_000 else "wait") if age.full_bp >= 6_000 else full,
        Cell(formatting.day(age.oldest_date), status="wait" if due else ""),
        _display(due) if due else _("no one yet"),
    ]


def _display(due: CashDue) -> str:
    """Who was told on which day; several roles of one day in one breath."""
    by_day: dict[dt.date, list[str]] = {}
    for notice in due.notices.all():
        by_day.setdefault(notice.told_date, []).append(str(notice.get_role_display()))
    told = [_("%(day)s: %(roles)s") % {"day": formatting.day(day), "roles": listed(by_day[day])} for day in by_day]
    return " · ".join(told) or _("no one yet")
