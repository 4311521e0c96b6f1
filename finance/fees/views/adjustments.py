"""Corrections of payees' accounts: proposed by one person, decided by another."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from core.access import load, may, requires
from core.forms import PressForm, submit
from finance.fees import services
from finance.fees.forms import AdjustmentForm
from finance.fees.models import Adjustment
from finance.fees.queries import adjustable_accounts
from stations.two_persons import is_same_person

ADJUST = "finance.adjust_account"
PAGE = 50
#: The colour of a correction's state.
KINDS = {Adjustment.Status.PROPOSED: "wait", Adjustment.Status.APPROVED: "ok", Adjustment.Status.REJECTED: "bad"}


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
    is_other = not is_same_person(request.user, found.made_by_id)
    return {
        "adjustment": found,
        "kind": KINDS[found.status],
        "press": PressForm() if waits and is_other and may(request.user, ADJUST) else None,
        "waits_for_another": waits and not is_other,
    }


def _adjustments() -> Any:
    return Adjustment.objects.select_related("account__book", "made_by", "checked_by")
