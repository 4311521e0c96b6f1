"""The board of closes, and statements to read, print and check."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.access import SIGNED_IN, load, may, requires
from core.forms import Outcome, PressForm
from core.history import changes_of
from core.language import formatting
from core.web.page_actions import send_form, to
from core.web.timeline import entries_of
from finance.countries import chosen_country, country_links
from finance.settlement import display, papers, services
from finance.settlement.forms import ReasonForm
from finance.settlement.lists import STATEMENT_KINDS
from finance.settlement.models import DayClose, Statement
from finance.settlement.queries.board import CountyLine, board
from finance.settlement.queries.payees import names_of
from finance.settlement.queries.rows import is_as_hashed
from stations.accounts.queries import names_of as people_of
from stations.models import Station
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ_DAY, CLOSE_DAY, READ_STATEMENT = "finance.read_book_day", "finance.close_book_day", "finance.read_statement"
OWN = "finance.read_own_earnings"
#: The colours of the states.
DAY_KINDS = {"open": "info", "closing": "wait", "held": "bad", "closed": "ok"}
WAITING = dt.timedelta(days=1)


@requires(READ_DAY)
def closes(request: SignedInRequest) -> HttpResponse:
    """How each county stands, and what stops tonight's close."""
    country = chosen_country(request)
    found = board(request.user, READ_DAY, country=country)
    page = {
        "countries": country_links(country),
        "rows": [_row(line) for line in found.lines],
        "held": [(close, line.county) for line in found.lines for close in line.held],
        "stopped": sum(line.is_stopped for line in found.lines),
        "book_findings": display.findings(", ".join(found.book_findings)),
        "payees": len({finding.scope_key for finding in found.payee_findings}),
        "files": found.missing_files,
        "may_read_statements": may(request.user, READ_STATEMENT),
    }
    return render(request, "finance/settlement/closes.html", page)


@requires(READ_DAY, one_object=True)
def day(request: SignedInRequest, pk: int) -> HttpResponse:
    """One day of one county: what was listed, what holds it, and closing it by two people."""
    close = load(_days(), request.user, READ_DAY, pk=pk)
    return render(request, "finance/settlement/day.html", _day_page(request, close))


@require_POST
@requires(CLOSE_DAY, one_object=True)
def close_day(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask for a held day to be closed, or close it as the second person."""
    close = load(_days(), request.user, CLOSE_DAY, pk=pk)

    def again(outcome: Outcome[PressForm | ReasonForm]) -> HttpResponse:
        close.refresh_from_db()
        page = _day_page(request, close) | {"form": outcome.form}
        return render(request, "finance/settlement/day.html", page, status=outcome.status)

    return send_form(
        request,
        operation=CLOSE_DAY,
        form=_closing_form(close)(request.POST),
        service=partial(services.close_book_day, close=close, reason=""),
        then=to("settlement:day", pk),
        again=again,
    )


@requires(SIGNED_IN)
def statement(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One statement: the sum, each day, and whether its rows still make its hash."""
    found = _visible(request, pk)
    page = {
        **_shown(found),
        "kind": STATEMENT_KINDS[found.status],
        "entries": entries_of(changes_of(found), Statement.Status),
        "is_own": found.payee == request.user.pk.hex,
    }
    return render(request, "finance/settlement/statement.html", page)


@requires(SIGNED_IN)
def paper(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The statement as a sheet to print."""
    found = _visible(request, pk)
    return render(request, "finance/settlement/paper.html", {**_shown(found), "size": "a4"})


@requires(SIGNED_IN)
def table(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The lines behind the statement as a file."""
    found = _visible(request, pk)
    name = papers.name_of_file(found)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(papers.csv_of(found).encode("utf-8-sig"), content_type="text/csv", headers=headers)


def _row(line: CountyLine) -> dict[str, Any]:
    """One county on the board: its last day, and in words what was or is in the way."""
    last = line.last
    parts = [
        (line.cash_days, ngettext("%(n)s cash day is open", "%(n)s cash days are open", line.cash_days)),
        (line.undecided, ngettext("%(n)s payment has no answer", "%(n)s payments have no answer", line.undecided)),
    ]
    listed = [words % {"n": number} for number, words in parts if number]
    now_open = _("now: %(what)s") % {"what": formatting.listed(listed)} if listed else ""
    amounts = formatting.listed(formatting.money(amount) for amount in line.payable)
    return {
        "name": line.county.short_name,
        "href": reverse("settlement:day", args=[last.pk]) if last else "",
        "detail": " · ".join(filter(None, [formatting.day(last.business_date) if last else "", now_open])),
        "more": _("To be paid: %(amounts)s") % {"amounts": amounts} if amounts else "",
        "kind": "bad" if line.is_stopped or line.held else DAY_KINDS[last.status] if last else "info",
        "words": _words(line),
    }


def _words(line: CountyLine) -> str:
    if line.is_stopped:
        return _("blocked by a finding")
    return line.last.get_status_display() if line.last else _("not settled yet")


def _day_page(request: SignedInRequest, close: DayClose) -> dict[str, Any]:
    is_asked_by_me, changes = is_same_person(request.user, close.asked_by_id), list(changes_of(close))
    may_close = close.status == DayClose.Status.HELD and may(request.user, CLOSE_DAY)
    return {
        "close": close,
        "stopped_by": display.findings(", ".join(close.stopped_by)),
        "unclosed": Station.objects.filter(code__in=close.listed.get("cash_days", [])).order_by("code"),
        "kind": DAY_KINDS[close.status],
        "form": _closing_form(close)() if may_close and not is_asked_by_me else None,
        "waits_for_another": may_close and is_asked_by_me,
        "entries": entries_of(changes, DayClose.Status, names=people_of(changes), reasons=display.findings),
    }


def _closing_form(close: DayClose) -> type[PressForm] | type[ReasonForm]:
    """The first person writes why; the second has read it and presses."""
    return PressForm if close.asked_by_id else ReasonForm


def _shown(found: Statement) -> dict[str, Any]:
    is_closed = found.status != Statement.Status.CALCULATED
    return {
        "statement": found,
        "name": names_of([found.payee])[found.payee],
        "figures": papers.sum_of(found),
        "days": papers.days_of(found),
        "disputed": found.disputes_held if found.disputes_held_minor else None,
        "is_as_hashed": is_as_hashed(found) if is_closed else None,
    }


def _visible(request: SignedInRequest, pk: UUID) -> Statement:
    found = Statement.objects.visible_to(request.user).select_related("account", "previous", "county").filter(pk=pk)
    statement = found.first()
    if statement is None:
        raise Http404
    return statement


def _days() -> Any:
    return DayClose.objects.select_related("county", "asked_by", "closed_by")
