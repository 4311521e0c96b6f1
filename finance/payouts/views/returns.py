"""Money that came back over our bank account, and the payouts that it can be."""

from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from core.access import load, may, requires
from core.forms import Option, submit
from core.writing import day
from finance.payouts import services
from finance.payouts.forms import MatchForm
from finance.payouts.models import PayoutLine
from finance.payouts.queries import payouts_that_came_back
from finance.payouts.words import home, purpose
from finance.recon.models import BankExplanation
from finance.settlement.queries.payees import names_of

READ, MATCH = "finance.read_bank_statement", "finance.match_payout_return"
PAGE = 50
#: Payouts of one amount that are shown at most; those paid last first.
CANDIDATES = 20


@requires(READ)
def returns(request: HttpRequest) -> HttpResponse:
    """What came back and waits for its payout, oldest first."""
    rows = BankExplanation.objects.open_to(request.user, READ).waiting().select_related("line").order_by("pk")[:PAGE]
    return render(request, "finance/payouts/returns.html", {"rows": rows})


@requires(READ)
def came_back(request: HttpRequest, pk: Any) -> HttpResponse:
    """One of them: what the bank says, and the payouts of exactly this amount."""
    return render(request, "finance/payouts/came_back.html", _page(request, _found(request, READ, pk)))


@require_POST
@requires(MATCH)
def match(request: HttpRequest, pk: Any) -> HttpResponse:
    """Say which payout it was."""
    found = _found(request, MATCH, pk)
    form = MatchForm(request.POST, payouts=_choices(found))

    def run(data: dict[str, Any]) -> str:
        payout = PayoutLine.objects.get(pk=data["payout"])
        services.match_return(explanation=found, payout=payout, by=request.user, at=now())
        return reverse("payouts:payout", args=[payout.pk])

    outcome = submit(request, operation=MATCH, form=form, run=run)
    if outcome.done:
        return outcome.response
    page = {**_page(request, _found(request, MATCH, pk)), "form": outcome.form}
    return render(request, "finance/payouts/came_back.html", page, status=outcome.status)


def _found(request: HttpRequest, verb: str, pk: Any) -> BankExplanation:
    came_back = BankExplanation.objects.came_back().select_related("line", "ended_as__payout")
    return load(came_back, request.user, verb, pk=pk)


def _page(request: HttpRequest, found: BankExplanation) -> dict[str, Any]:
    ended, choices = getattr(found, "ended_as", None), _choices(found)
    return {
        "came": found,
        "ended": ended,
        "has_choices": bool(choices),
        "form": MatchForm(payouts=choices) if ended is None and choices and may(request.user, MATCH) else None,
    }


def _choices(found: BankExplanation) -> list[tuple[str, Option]]:
    rows = payouts_that_came_back(amount=found.amount, bank_line=found.line)
    rows = list(
        rows.select_related("statement", "payout_account").order_by(F("paid_at").desc(nulls_last=True), "-our_ref")[
            :CANDIDATES
        ]
    )
    names = names_of(line.payee for line in rows)
    return [(str(line.pk), _said_of(line, names[line.payee])) for line in rows]


def _said_of(line: PayoutLine, name: str) -> Option:
    when = [day(line.paid_at)] if line.paid_at else []
    return Option(
        name, hint=" · ".join([purpose(line), home(line.payout_account), str(line.get_status_display()), *when])
    )
