"""The float at the counter, and the county's and finance's desk for filling it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from core import writing
from core.access import load, may, requires
from core.days import day_in
from core.forms import Option, PressForm, submit
from core.money import Money
from finance.floats import services
from finance.floats.forms import MatchForm, RejectForm, TopUpForm
from finance.floats.models import FloatTopUp
from finance.floats.queries import FloatState, float_account, float_state, money_rules, unmatched_bank_lines
from finance.recon.models import BankStatementLine
from ledger.queries import entries
from stations.counter import counter_of

READ, ASK, MATCH, CREDIT, REJECT = (
    "finance.read_float",
    "finance.request_topup",
    "finance.match_topup",
    "finance.credit_topup",
    "finance.reject_topup",
)
LATEST, PAGE = 20, 50


@requires(READ)
def float_page(request: HttpRequest) -> HttpResponse:
    """What the float holds, what moved it, and how to fill it."""
    station = counter_of(request.user, READ)
    form = TopUpForm(request.POST or None, currency=station.currency)

    def run(data: dict[str, Any]) -> str:
        topup = services.request_topup(station=station, amount=data["amount"], by=request.user, at=now())
        return reverse("floats:topup", args=[topup.pk])

    if request.method == "POST":
        station = counter_of(request.user, ASK)
    outcome = submit(request, operation=ASK, form=form, run=run)
    if outcome.done:
        return outcome.response
    account = float_account(station)
    rules = money_rules(station, on=day_in(station.zone, now()))
    page = {
        "form": outcome.form,
        "state": float_state(station, at=now()) or FloatState.empty(station.currency),
        "least": Money(rules.float_min_minor, station.currency),
        "most": Money(rules.float_max_minor, station.currency),
        "lines": entries(account, limit=LATEST) if account else [],
        "topups": FloatTopUp.objects.open_to(request.user, "finance.read_topup")
        .filter(station=station)
        .order_by("-id")[:LATEST],
        "may_ask": may(request.user, ASK),
    }
    return render(request, "finance/floats/float.html", page, status=outcome.status)


@requires("finance.read_topup")
def topups(request: HttpRequest) -> HttpResponse:
    """Top-ups that wait: for the county to see the money, for finance to add it."""
    rows = FloatTopUp.objects.open_to(request.user, "finance.read_topup").select_related("station", "requested_by")
    waiting = rows.filter(status__in=[FloatTopUp.Status.REQUESTED, FloatTopUp.Status.FUNDS_SEEN])
    return render(request, "finance/floats/topups.html", {"rows": waiting.order_by("requested_at")[:PAGE]})


@requires("finance.read_topup")
def topup(request: HttpRequest, pk: Any) -> HttpResponse:
    """One top-up: its reference, and what the reader may do with it."""
    found = load(_topups(), request.user, "finance.read_topup", pk=pk)
    return render(request, "finance/floats/topup.html", _topup_page(request, found))


@require_POST
@requires(MATCH)
def match(request: HttpRequest, pk: Any) -> HttpResponse:
    """Say which bank line brought the money."""
    found = load(_topups(), request.user, MATCH, pk=pk)
    form = MatchForm(request.POST, lines=_choices(found))

    def run(data: dict[str, Any]) -> str:
        line = get_object_or_404(BankStatementLine, pk=data["bank_line"])
        services.match_topup(topup=found, bank_line=line, by=request.user, at=now())
        return reverse("floats:topup", args=[pk])

    return _acted(request, found, MATCH, form, run, name="match")


@require_POST
@requires(CREDIT)
def credit(request: HttpRequest, pk: Any) -> HttpResponse:
    """Add the money to the float."""
    found = load(_topups(), request.user, CREDIT, pk=pk)

    def run(_data: dict[str, Any]) -> str:
        services.credit_topup(topup=found, by=request.user, at=now())
        return reverse("floats:topup", args=[pk])

    return _acted(request, found, CREDIT, PressForm(request.POST), run, name="credit")


@require_POST
@requires(REJECT)
def reject(request: HttpRequest, pk: Any) -> HttpResponse:
    """Say that no such money will come."""
    found = load(_topups(), request.user, REJECT, pk=pk)

    def run(data: dict[str, Any]) -> str:
        services.reject_topup(topup=found, reason=data["reason"], by=request.user, at=now())
        return reverse("floats:topup", args=[pk])

    return _acted(request, found, REJECT, RejectForm(request.POST), run, name="reject")


def _acted(request: HttpRequest, found: FloatTopUp, verb: str, form: Any, run: Any, *, name: str) -> HttpResponse:
    outcome = submit(request, operation=verb, form=form, run=run)
    if outcome.done:
        return outcome.response
    found.refresh_from_db()
    page = {**_topup_page(request, found), name: outcome.form, "refused": outcome.form}
    return render(request, "finance/floats/topup.html", page, status=outcome.status)


def _topup_page(request: HttpRequest, found: FloatTopUp) -> dict[str, Any]:
    is_asked = found.status == FloatTopUp.Status.REQUESTED
    return {
        "topup": found,
        "sees_all": not may(request.user, ASK),
        "match": MatchForm(lines=_choices(found)) if is_asked and may(request.user, MATCH) else None,
        "credit": PressForm() if found.status == FloatTopUp.Status.FUNDS_SEEN and may(request.user, CREDIT) else None,
        "reject": RejectForm() if is_asked and may(request.user, REJECT) else None,
    }


def _choices(found: FloatTopUp) -> list[tuple[str, Option]]:
    return [
        (
            str(line.pk),
            Option(
                f"{line.counterparty or line.line_ref} · {writing.day(line.value_date)}",
                hint=line.text,
                end=writing.money(Money(line.amount_minor, line.currency)),
            ),
        )
        for line in unmatched_bank_lines(found)
    ]


def _topups() -> Any:
    return FloatTopUp.objects.select_related(
        "station__county", "requested_by", "matched_by", "credited_by", "bank_line"
    )
