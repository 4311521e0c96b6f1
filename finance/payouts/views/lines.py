"""One payout: where it went, what the bank said, and paying again what did not arrive."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from core.access import load, may, requires
from core.forms import PressForm, submit
from finance.payouts import services
from finance.payouts.machine import LINE
from finance.payouts.models import PayoutLine
from finance.payouts.views.history import history_of
from finance.payouts.words import home, kind_of, reason
from finance.settlement.queries.payees import names_of

READ, REISSUE = "finance.read_payout", "finance.reissue_payout"


@requires(READ)
def payout(request: HttpRequest, pk: Any) -> HttpResponse:
    """Who was paid how much, where, and how it ended."""
    return render(request, "finance/payouts/payout.html", _page(request, _found(request, READ, pk)))


@require_POST
@requires(REISSUE)
def reissue(request: HttpRequest, pk: Any) -> HttpResponse:
    """Pay it again with the next batch."""
    found = _found(request, REISSUE, pk)

    def run(_data: dict[str, Any]) -> str:
        again = services.reissue_payout(line=found, by=request.user, at=now())
        return reverse("payouts:payout", args=[again.pk])

    outcome = submit(request, operation=REISSUE, form=PressForm(request.POST), run=run)
    if outcome.done:
        return outcome.response
    page = {**_page(request, _found(request, REISSUE, pk)), "refused": outcome.form}
    return render(request, "finance/payouts/payout.html", page, status=outcome.status)


def _found(request: HttpRequest, verb: str, pk: Any) -> PayoutLine:
    related = ("batch", "payout_account__station", "statement", "account", "reissues", "county")
    return load(PayoutLine.objects.select_related(*related), request.user, verb, pk=pk)


def _page(request: HttpRequest, found: PayoutLine) -> dict[str, Any]:
    can_be_paid_again = found.status in LINE.arrows["reissue_payout"] and not found.is_withdrawal
    return {
        "payout": found,
        "kind": kind_of(found),
        "name": names_of([found.payee])[found.payee],
        "home": home(found.payout_account),
        "reason": reason(found.return_code),
        "again": getattr(found, "reissued_as", None),
        "entries": history_of(found, PayoutLine.Status),
        "press": PressForm() if can_be_paid_again and may(request.user, REISSUE) else None,
    }
