"""What a partner or helper earned, and why."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import writing
from core.access import load, may, requires
from core.charts import Share, Shares
from core.days import day_in, instant_of
from core.forms import PressForm, submit
from core.money import Money, zero
from finance.fees import services
from finance.fees.forms import AdjustmentForm
from finance.fees.models import Adjustment, CommissionLine
from finance.fees.queries import Party, adjustable_accounts, daily_earnings, earned_between, lines_of, parties_of
from finance.fees.words import explain, service_name
from stations.counter import counter_of

READ, ADJUST = "finance.read_own_earnings", "finance.adjust_account"
DAYS, PAGE = 14, 50
#: The colour of a correction's state.
KINDS = {Adjustment.Status.PROPOSED: "wait", Adjustment.Status.APPROVED: "ok", Adjustment.Status.REJECTED: "bad"}


@requires(READ)
def earnings(request: HttpRequest) -> HttpResponse:
    """One's own lines, newest first, with the last two weeks as a chart."""
    station = counter_of(request.user, READ)
    today = day_in(station.zone, now())
    start = today - dt.timedelta(days=DAYS - 1)
    before = _line_id(request.GET.get("before", ""))
    lines = list(lines_of(request.user, before=before)[: PAGE + 1])
    since = instant_of(station.zone, start, dt.time())
    page = {
        "lines": [(line, service_name(line)) for line in lines[:PAGE]],
        "older": lines[PAGE - 1].pk if len(lines) > PAGE else None,
        "today": earned_between(
            request.user, since=instant_of(station.zone, today, dt.time()), until=now(), currency=station.currency
        ),
        "weeks": earned_between(request.user, since=since, until=now(), currency=station.currency),
        "chart": daily_earnings(request.user, station=station, start=start, days=DAYS),
    }
    return render(request, "finance/fees/earnings.html", page)


@requires(READ)
def why(request: HttpRequest, pk: Any) -> HttpResponse:
    """One line: the rule, the arithmetic, who else earned, and when it is yours."""
    own = CommissionLine.objects.filter(payee=request.user.pk).select_related("rule__plan", "station", "reverses")
    line = get_object_or_404(own, pk=pk)
    parts = parties_of(line)
    page = {
        "line": line,
        "service": service_name(line),
        "sentence": explain(line),
        "base": Money(line.base_minor, line.currency),
        "plan": line.explanation.get("plan", ""),
        "parts": parts,
        "shares": _shares(parts),
        "is_yours": line.eligible_at <= now(),
    }
    return render(request, "finance/fees/why.html", page)


@requires("finance.read_adjustment")
def adjustments(request: HttpRequest) -> HttpResponse:
    """Corrections of payees' accounts, those that wait first; propose one."""
    form = AdjustmentForm(request.POST or None)

    def run(data: dict[str, Any]) -> str:
        proposed = services.propose_adjustment(
            account=get_object_or_404(adjustable_accounts(request.user), code=data["account"]),
            event_type="payment",
            event_id=str(data["event_id"]),
            amount=data["amount"],
            reason=data["reason"],
            text=data["text"],
            by=request.user,
            at=now(),
        )
        return reverse("fees:adjustment", args=[proposed.pk])

    if request.method == "POST" and not may(request.user, ADJUST):
        raise PermissionDenied
    outcome = submit(request, operation=ADJUST, form=form, run=run)
    if outcome.done:
        return outcome.response
    rows = Adjustment.objects.open_to(request.user, "finance.read_adjustment").select_related("account", "made_by")
    waiting = rows.filter(status=Adjustment.Status.PROPOSED).order_by("made_at")
    decided = rows.exclude(status=Adjustment.Status.PROPOSED).order_by("-checked_at")
    page = {
        "form": outcome.form if may(request.user, ADJUST) else None,
        "waiting": [(row, KINDS[row.status]) for row in waiting[:PAGE]],
        "decided": [(row, KINDS[row.status]) for row in decided[:PAGE]],
    }
    return render(request, "finance/fees/adjustments.html", page, status=outcome.status)


@requires("finance.read_adjustment")
def adjustment(request: HttpRequest, pk: Any) -> HttpResponse:
    """One correction, and what the reader may do with it."""
    found = load(_adjustments(), request.user, "finance.read_adjustment", pk=pk)
    return render(request, "finance/fees/adjustment.html", _adjustment_page(request, found))


@require_POST
@requires(ADJUST)
def approve(request: HttpRequest, pk: Any) -> HttpResponse:
    """Post a correction that somebody else proposed."""
    return _decide(request, pk, services.approve_adjustment)


@require_POST
@requires(ADJUST)
def reject(request: HttpRequest, pk: Any) -> HttpResponse:
    """Turn a correction down that somebody else proposed."""
    return _decide(request, pk, services.reject_adjustment)


def _decide(request: HttpRequest, pk: Any, verb: Any) -> HttpResponse:
    found = load(_adjustments(), request.user, ADJUST, pk=pk)

    def run(_data: dict[str, Any]) -> str:
        verb(adjustment=found, by=request.user, at=now())
        return reverse("fees:adjustment", args=[pk])

    outcome = submit(request, operation=ADJUST, form=PressForm(request.POST), run=run)
    if outcome.done:
        return outcome.response
    found.refresh_from_db()
    page = {**_adjustment_page(request, found), "refused": outcome.form}
    return render(request, "finance/fees/adjustment.html", page, status=outcome.status)


def _adjustment_page(request: HttpRequest, found: Adjustment) -> dict[str, Any]:
    waits = found.status == Adjustment.Status.PROPOSED
    is_other = found.made_by_id != request.user.pk
    return {
        "adjustment": found,
        "kind": KINDS[found.status],
        "press": PressForm() if waits and is_other and may(request.user, ADJUST) else None,
        "waits_for_another": waits and not is_other,
    }


def _adjustments() -> Any:
    return Adjustment.objects.select_related("account__book", "made_by", "checked_by")


def _line_id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Http404 from error


def _shares(parts: list[Party]) -> Shares | None:
    """The bar of who got which part; only where every part is more than nothing."""
    if not parts or not all(part.amount.minor > 0 for part in parts):
        return None
    total = writing.amount(sum((part.amount for part in parts), zero(parts[0].amount.currency)))
    finding = ", ".join(f"{part.name} {writing.amount(part.amount)}" for part in parts)
    rows = [Share(part.name, part.amount.minor, writing.amount(part.amount)) for part in parts]
    return Shares(_("How the %(total)s is shared") % {"total": total}, finding, rows, total)
