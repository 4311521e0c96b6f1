"""The county's and finance's desk for filling floats: top-ups that wait, bank lines, cash that is counted."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now

from core.access import load, may, requires
from core.days import day_in
from core.forms import Option
from core.language import formatting
from core.money import Money
from core.web.page_actions import ObjectPage, PageAction, form_page, to
from finance.floats import services
from finance.floats.forms import AskUndoForm, MatchForm, RejectForm, SignForm
from finance.floats.models import FloatTopUp, TopUpCash, TopUpUndo
from finance.floats.queries import unmatched_bank_lines
from finance.floats.services.topups import TOP_UP
from finance.recon.models import BankStatementLine
from finance.tills.forms import CountForm
from finance.tills.queries import denominations
from stations.current_station import device_of
from stations.models import User
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, ASK, TAKE = "finance.read_topup", "finance.request_topup", "finance.take_topup_cash"
UNDO = "finance.undo_topup"
PAGE = 50


@requires(TAKE, one_object=True)
def count_cash(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Count what the partner has brought; the code goes to the partner's phone."""
    found = load(_topups(), request.user, TAKE, pk=pk)
    notes = denominations(found.currency, on=day_in(found.station.zone, now()))
    return form_page(
        request,
        operation=f"{TAKE}.count",
        form=CountForm(request.POST or None, denominations=notes, currency=found.currency),
        service=partial(services.count_topup_cash, topup=found),
        then=to("floats:topup", pk),
        template="finance/floats/count_cash.html",
        page=lambda: {"topup": found},
    )


def _choices(found: FloatTopUp) -> list[tuple[str, Option]]:
    return [
        (
            str(line.pk),
            Option(
                line.counterparty or line.line_ref,
                hint=" · ".join(part for part in (formatting.day(line.value_date), line.text) if part),
                end=formatting.money(Money(line.amount_minor, line.currency)),
            ),
        )
        for line in unmatched_bank_lines(found)
    ]


def _topups() -> QuerySet[FloatTopUp]:
    return FloatTopUp.objects.select_related(
        "station__county", "requested_by", "matched_by", "credited_by", "bank_line"
    )


def _match(*, topup: FloatTopUp, bank_line: str, by: User, at: dt.datetime) -> FloatTopUp:
    line = get_object_or_404(BankStatementLine, pk=bank_line)
    return services.match_topup(topup=topup, bank_line=line, by=by, at=at)


def _cash_of(topup: FloatTopUp) -> TopUpCash | None:
    return TopUpCash.objects.select_related("centre", "counted_by", "signed_by").filter(topup=topup).first()


def _undo_of(topup: FloatTopUp) -> TopUpUndo | None:
    return TopUpUndo.objects.select_related("asked_by", "done_by").filter(topup=topup).first()


def _may_ask_undo(topup: FloatTopUp, _user: User) -> bool:
    return topup.bank_line_id is not None and _undo_of(topup) is None


def _may_undo(topup: FloatTopUp, user: User) -> bool:
    asked = _undo_of(topup)
    return asked is not None and not is_same_person(user, asked.asked_by_id)


def _context(request: SignedInRequest, found: FloatTopUp) -> dict[str, Any]:
    return {
        "topup": found,
        "cash": _cash_of(found),
        "undo_asked": _undo_of(found),
        "may_take": found.status == FloatTopUp.Status.REQUESTED and may(request.user, TAKE),
        "sees_all": not may(request.user, ASK),
    }


TOPUP = ObjectPage(
    name="floats:topup",
    template="finance/floats/topup.html",
    grant=READ,
    noun="topup",
    rows=_topups,
    context=_context,
    machine=TOP_UP,
    actions={
        "match": PageAction(
            grant="finance.match_topup",
            service=_match,
            form=MatchForm,
            form_kwargs=lambda _request, topup: {"lines": _choices(topup)},
            arrow="match_topup",
        ),
        "credit": PageAction(grant="finance.credit_topup", service=services.credit_topup, arrow="credit_topup"),
        "reject": PageAction(
            grant="finance.reject_topup", service=services.reject_topup, form=RejectForm, arrow="reject_topup"
        ),
        "ask-undo": PageAction(
            grant=UNDO,
            service=services.ask_undo_topup,
            form=AskUndoForm,
            arrow="ask_undo_topup",
            is_open=_may_ask_undo,
        ),
        "undo": PageAction(grant=UNDO, service=services.undo_topup, arrow="undo_topup", is_open=_may_undo),
        "take-cash": PageAction(
            grant=TAKE,
            service=services.take_topup_cash,
            form=SignForm,
            form_kwargs=lambda request, _topup: {"device": device_of(request)},
            arrow="take_topup_cash",
            is_open=lambda topup, _user: _cash_of(topup) is not None,
        ),
    },
)
