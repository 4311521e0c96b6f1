"""A check-up day: for the clinic the scan field, the list and the tables; for the station names and times; labels."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from core.access import load, requires
from core.days import day_in
from core.web.page_actions import ObjectPage, PageAction
from health.checkups import services
from health.checkups.display import done_words, groups_table, state_of
from health.checkups.forms import FileForm, ListedForm, MoveDayForm, ScanForm
from health.checkups.models import CheckupDay, CheckupItem, CheckupOrder
from health.checkups.models.campaigns import ARRIVE, READ_DAY, READ_ROSTER
from health.checkups.queries import days, items_of, lines_of_day, orders, progress_of_groups
from health.records.queries import ROSTER_LOOK
from logistics.parcels.barcodes import code_128
from stations.accounts.models import User
from stations.people.queries.guardians import age_on
from stations.people.services import log_reads
from stations.requests import SignedInRequest, signed_in

ROSTER, RECORD = "health.roster_resident", "health.record_checkup_result"


def _log(request: HttpRequest, rows: Sequence[CheckupOrder]) -> None:
    log_reads(user=signed_in(request), people=[row.resident for row in rows], what=ROSTER_LOOK, at=now())


def _counts(rows: Sequence[CheckupOrder]) -> dict[str, int]:
    completed = sum(row.status == CheckupOrder.Status.COMPLETED for row in rows)
    here = sum(row.arrived_at is not None for row in rows) - completed
    return {"listed": len(rows), "completed": completed, "here": here, "to_come": len(rows) - completed - here}


def _is_shown(row: CheckupOrder, state: str) -> bool:
    is_done = row.status == CheckupOrder.Status.COMPLETED
    known = {"done": is_done, "here": row.arrived_at is not None and not is_done, "wait": row.arrived_at is None}
    return known.get(state, True)


def _day_context(request: SignedInRequest, found: CheckupDay) -> dict[str, Any]:
    rows = list(lines_of_day(found))
    group = request.GET.get("group", "")
    state = request.GET.get("state", "")
    shown = [row for row in rows if _is_shown(row, state)]
    _log(request, shown)
    needed = sum(item.is_required for item in items_of(found.campaign.package_id))
    query = f"?group={group}" if group in CheckupItem.Group.values else ""
    lines = [
        (
            row,
            reverse("checkups:order", args=[row.pk]) + query,
            localtime(row.slot.starts_at),
            *state_of(row),
            done_words(row.done, needed) if row.arrived_at else "",
        )
        for row in shown
    ]
    return {
        "day": found,
        "counts": _counts(rows),
        "lines": lines,
        "state": state,
        "group": group if query else "",
        "groups": CheckupItem.Group.choices,
        "tables": groups_table(progress_of_groups(found)),
    }


def _found(day: CheckupDay, code: str, user: User) -> CheckupOrder:
    """By the whole bar code, or its last digits."""
    code = code.strip()
    mine = orders().open_to(user, ARRIVE).standing().filter(day=day)
    serial = f"{day.campaign.number}-{code:0>4}" if code.isdigit() and len(code) <= 4 else code
    found = mine.filter(serial=serial).first()
    if found is None:
        raise services.OrderNotFound(field="code")
    return found


def _scan(*, day: CheckupDay, code: str, group: str, by: User, at: dt.datetime) -> tuple[CheckupOrder, str]:
    """The first scan receives, each scan opens."""
    order = _found(day, code, by)
    if order.arrived_at is None and order.status == CheckupOrder.Status.ACTIVE:
        order = services.record_arrival(order=order, by=by, at=at)
    return order, group


def _to_order(made: tuple[CheckupOrder, str]) -> str:
    order, group = made
    return reverse("checkups:order", args=[order.pk]) + (f"?group={group}" if group else "")


def _group(request: SignedInRequest, _found: CheckupDay) -> dict[str, Any]:
    return {"initial": {"group": request.GET.get("group", "")}}


def _file(*, day: CheckupDay, content: str, by: User, at: dt.datetime) -> services.Recorded:
    within = orders().open_to(by, RECORD)
    return services.record_result_file(day=day, content=content, within=within, by=by, at=at)


def _is_to_come(found: CheckupDay, _user: User) -> bool:
    """Lists are filled until the day is over; samples come back later."""
    return day_in(found.campaign.clinic.zone, now()) <= found.local_date


def _is_ahead(found: CheckupDay, _user: User) -> bool:
    return day_in(found.campaign.clinic.zone, now()) < found.local_date


def _has_begun(found: CheckupDay, _user: User) -> bool:
    return day_in(found.campaign.clinic.zone, now()) >= found.local_date


DAY_PAGE = ObjectPage(
    name="checkups:day",
    template="health/checkups/day.html",
    grant=READ_DAY,
    noun="day",
    rows=days,
    context=_day_context,
    actions={
        "scan": PageAction(
            grant=RECORD,
            service=_scan,
            form=ScanForm,
            form_kwargs=_group,
            is_open=_has_begun,
            then=_to_order,
            title=gettext_lazy("Scan the bar code"),
            button=gettext_lazy("Open the check-up"),
            doing=gettext_lazy("Opening…"),
            done=gettext_lazy("Found."),
        ),
        "roster": PageAction(
            grant=ROSTER,
            service=services.roster_eligible,
            is_open=_is_to_come,
            title=gettext_lazy("Put all on the list who may come"),
            button=gettext_lazy("Fill the list"),
            doing=gettext_lazy("Recording…"),
        ),
        "add": PageAction(
            grant=ROSTER,
            service=services.roster_resident,
            form=ListedForm,
            is_open=_is_to_come,
            title=gettext_lazy("Put one resident on the list"),
            button=gettext_lazy("Put on the list"),
            doing=gettext_lazy("Recording…"),
        ),
        "move": PageAction(
            grant="health.open_checkup_day",
            service=services.move_checkup_day,
            form=MoveDayForm,
            is_open=_is_ahead,
            title=gettext_lazy("Hold this day on another date"),
            button=gettext_lazy("Move the day"),
            doing=gettext_lazy("Recording…"),
            done=gettext_lazy("Moved. Residents with a phone get a message; call the others."),
        ),
        "file": PageAction(
            grant=RECORD,
            service=_file,
            form=FileForm,
            is_open=_has_begun,
            title=gettext_lazy("Results of the laboratory"),
            button=gettext_lazy("Record the file"),
            doing=gettext_lazy("Recording…"),
        ),
    },
)


def _roster_context(request: SignedInRequest, found: CheckupDay) -> dict[str, Any]:
    """Names, times and who has come: nothing of what is looked at, or how far."""
    rows = list(lines_of_day(found))
    _log(request, rows)
    lines = [(row, localtime(row.slot.starts_at), row.arrived_at is not None) for row in rows]
    came = sum(row.arrived_at is not None for row in rows)
    return {"day": found, "lines": lines, "came": came, "to_come": len(rows) - came}


def _arrive(*, day: CheckupDay, code: str, group: str, by: User, at: dt.datetime) -> CheckupOrder:
    return services.record_arrival(order=_found(day, code, by), by=by, at=at)


ROSTER_PAGE = ObjectPage(
    name="checkups:roster",
    template="health/checkups/roster.html",
    grant=READ_ROSTER,
    noun="day",
    rows=days,
    context=_roster_context,
    actions={
        "arrive": PageAction(
            grant=ARRIVE,
            service=_arrive,
            form=ScanForm,
            is_open=_has_begun,
            title=gettext_lazy("Who has come?"),
            button=gettext_lazy("Is here"),
            doing=gettext_lazy("Recording…"),
        ),
    },
)


@require_GET
@requires(READ_DAY, one_object=True)
def labels(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A label for each resident of the day: bar code, name and age, for samples and papers."""
    found = load(days(), request.user, READ_DAY, pk=pk)
    rows = list(lines_of_day(found))
    _log(request, rows)
    lines = [(row, age_on(row.resident.birth_date, found.local_date)) for row in rows]
    return render(request, "health/checkups/labels.html", {"day": found, "lines": lines})


@require_GET
@requires(READ_DAY, one_object=True)
def bars(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The bar code of a check-up; nothing of the resident is in it."""
    found = load(orders(), request.user, READ_DAY, pk=pk)
    return HttpResponse(code_128(found.serial), content_type="image/svg+xml")
