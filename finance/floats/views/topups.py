"""The county's and finance's desk for filling floats: top-ups that wait, bank lines, cash that is counted."""

from functools import partial
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
from core.page_actions import form_page, to
from finance.floats import services
from finance.floats.forms import MatchForm, RejectForm, SignForm
from finance.floats.models import FloatTopUp, TopUpCash
from finance.floats.queries import unmatched_bank_lines
from finance.recon.models import BankStatementLine
from finance.tills.forms import CountForm
from finance.tills.queries import denominations
from stations.counter import device_of

READ, ASK, MATCH, CREDIT, REJECT, TAKE = (
    "finance.read_topup",
    "finance.request_topup",
    "finance.match_topup",
    "finance.credit_topup",
    "finance.reject_topup",
    "finance.take_topup_cash",
)
PAGE = 50


@requires(READ)
def topups(request: HttpRequest) -> HttpResponse:
    """Top-ups that wait: for the county to see the money, for finance to add it."""
    rows = FloatTopUp.objects.open_to(request.user, READ).select_related("station", "requested_by")
    waiting = rows.filter(status__in=[FloatTopUp.Status.REQUESTED, FloatTopUp.Status.FUNDS_SEEN])
    return render(request, "finance/floats/topups.html", {"rows": waiting.order_by("requested_at")[:PAGE]})


@requires(READ)
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


@requires(TAKE)
def count_cash(request: HttpRequest, pk: Any) -> HttpResponse:
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


@require_POST
@requires(TAKE)
def take_cash(request: HttpRequest, pk: Any) -> HttpResponse:
    """The partner has signed for the counted sum."""
    found = load(_topups(), request.user, TAKE, pk=pk)

    def run(data: dict[str, Any]) -> str:
        by_code = services.CodeSignature(data["code"])
        signature = services.PinSignature(device_of(request), data["pin"]) if data["pin"] else by_code
        services.take_topup_cash(topup=found, signature=signature, by=request.user, at=now())
        return reverse("floats:topup", args=[pk])

    return _acted(request, found, TAKE, SignForm(request.POST), run, name="sign")


def _acted(request: HttpRequest, found: FloatTopUp, verb: str, form: Any, run: Any, *, name: str) -> HttpResponse:
    outcome = submit(request, operation=verb, form=form, run=run)
    if outcome.done:
        return outcome.response
    found.refresh_from_db()
    page = {**_topup_page(request, found), name: outcome.form, "refused": outcome.form}
    return render(request, "finance/floats/topup.html", page, status=outcome.status)


def _topup_page(request: HttpRequest, found: FloatTopUp) -> dict[str, Any]:
    is_asked = found.status == FloatTopUp.Status.REQUESTED
    cash = TopUpCash.objects.select_related("centre", "counted_by", "signed_by").filter(topup=found).first()
    may_take = is_asked and may(request.user, TAKE)
    return {
        "topup": found,
        "cash": cash,
        "may_take": may_take,
        "sign": SignForm() if may_take and cash else None,
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
                line.counterparty or line.line_ref,
                hint=" · ".join(part for part in (writing.day(line.value_date), line.text) if part),
                end=writing.money(Money(line.amount_minor, line.currency)),
            ),
        )
        for line in unmatched_bank_lines(found)
    ]


def _topups() -> Any:
    return FloatTopUp.objects.select_related(
        "station__county", "requested_by", "matched_by", "credited_by", "bank_line"
    )
