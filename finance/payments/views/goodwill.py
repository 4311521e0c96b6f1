"""Goodwill on the page of a payment: offered by one person of finance, above a limit given by another."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.access import load, may, requires
from core.forms import KeyedForm, PressForm
from core.web.page_actions import form_page, to
from finance.payments import services
from finance.payments.forms import ApproveGoodwillForm, GoodwillForm
from finance.payments.models import Payment
from finance.payments.queries import payments_with_people
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

GIVE = "finance.give_goodwill"


@require_POST
@requires(GIVE, one_object=True)
def offer(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give goodwill, or offer it to a second person."""
    found = load(payments_with_people(), request.user, GIVE, pk=pk)
    form = GoodwillForm(request.POST, most=services.most_left(found))
    return _answer(request, found, form, services.offer_goodwill, act="offer")


@require_POST
@requires(GIVE, one_object=True)
def approve(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give what another person has offered."""
    found = load(payments_with_people(), request.user, GIVE, pk=pk)
    form = ApproveGoodwillForm(request.POST, currency=found.currency)
    return _answer(request, found, form, services.approve_goodwill, act="approve")


@require_POST
@requires(GIVE, one_object=True)
def reject(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give nothing of what was offered."""
    found = load(payments_with_people(), request.user, GIVE, pk=pk)
    return _answer(request, found, PressForm(request.POST), services.reject_goodwill, act="reject")


def goodwill_page(request: SignedInRequest, found: Payment) -> dict[str, Any]:
    """What was given, what waits, and the form that the reader may send."""
    if not may(request.user, GIVE) or found.is_undecided:
        return {}
    waits = services.open_offer(found)
    most = services.most_left(found)
    is_other = waits is not None and not is_same_person(request.user, waits.offered_by_id)
    return {
        "goodwill": waits,
        "approve_goodwill": ApproveGoodwillForm(currency=found.currency, initial={"amount": waits.amount})
        if waits and is_other
        else None,
        "reject_goodwill": PressForm() if waits else None,
        "offer_goodwill": GoodwillForm(most=most) if waits is None and most else None,
        "goodwill_alone": services.alone_left(found),
    }


def _answer(
    request: SignedInRequest, found: Payment, form: KeyedForm, service: Callable[..., Any], *, act: str
) -> HttpResponse:
    return form_page(
        request,
        operation=f"{GIVE} {act}",
        form=form,
        service=partial(service, payment=found),
        then=to("payments:payment", found.pk),
        template="finance/payments/refused.html",
        page=lambda: {"payment": found, "back": reverse("payments:payment", args=[found.pk])},
    )
