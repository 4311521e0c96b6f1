"""What no machine could decide: one proposes with the company's answer, another confirms."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from core.access import load, may, requires
from core.files.services import PDF_START, store_paper, store_photo
from core.forms import KeyedForm
from core.models import StoredFile
from core.web.page_actions import form_page, to
from finance.payments import services
from finance.payments.forms import ConfirmForm, ProposeForm, TakenBackForm
from finance.payments.models import Payment, PaymentDecision
from finance.payments.queries import payments_with_people
from finance.payments.services.decisions import paper_needed_until
from stations.models import User
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

DECIDE = "finance.decide_payment"


@require_POST
@requires(DECIDE, one_object=True)
def propose(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say how it ended, with the company's written answer."""
    found = load(payments_with_people(), request.user, DECIDE, pk=pk)
    return _answer(request, found, _form_for(found)(request.POST, request.FILES), _propose)


@require_POST
@requires(DECIDE, one_object=True)
def decide(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Confirm what another person proposed."""
    found = load(payments_with_people(), request.user, DECIDE, pk=pk)
    return _answer(request, found, ConfirmForm(request.POST), services.decide_payment)


def decision_page(request: SignedInRequest, found: Payment) -> dict[str, Any]:
    """What is proposed, and the form that the reader may send: propose, or confirm what somebody else proposed."""
    proposals = PaymentDecision.objects.select_related("proposed_by", "decided_by").filter(payment=found)
    proposal = proposals.order_by("-proposed_at").first()
    outcomes = services.outcomes_to_propose(found, at=now()) if may(request.user, DECIDE) else []
    if not outcomes:
        return {"proposal": proposal}
    is_open = proposal is not None and proposal.is_open and proposal.outcome in outcomes
    others = proposal if proposal and is_open and not is_same_person(request.user, proposal.proposed_by_id) else None
    return {
        "proposal": proposal,
        "is_open": is_open,
        "propose": _form_for(found)(),
        "was_paid": found.status != Payment.Status.MANUAL_REVIEW,
        "confirm": ConfirmForm(initial={"outcome": others.outcome}) if others else None,
        "without_paper_at": paper_needed_until(found),
        "needs_paper": now() < paper_needed_until(found),
    }


def _form_for(found: Payment) -> type[ProposeForm]:
    """Of what was paid only that the company took it back is still to be said."""
    return ProposeForm if found.status == Payment.Status.MANUAL_REVIEW else TakenBackForm


def _answer(request: SignedInRequest, found: Payment, form: KeyedForm, service: Callable[..., Any]) -> HttpResponse:
    return form_page(
        request,
        operation=DECIDE,
        form=form,
        service=partial(service, payment=found),
        then=to("payments:payment", found.pk),
        template="finance/payments/refused.html",
        page=lambda: {"payment": found, "back": reverse("payments:payment", args=[found.pk])},
    )


def _propose(
    *, payment: Payment, outcome: str, reason: str, evidence: UploadedFile | None, by: User, at: dt.datetime
) -> PaymentDecision:
    paper = _stored(evidence, by=by)
    return services.propose_decision(payment=payment, outcome=outcome, reason=reason, evidence=paper, by=by, at=at)


def _stored(upload: UploadedFile | None, *, by: User) -> StoredFile | None:
    """The company's letter as a PDF or as a photo of it."""
    if upload is None:
        return None
    begins = upload.read(len(PDF_START))
    upload.seek(0)
    keep = store_paper if begins == PDF_START else store_photo
    return keep(upload=upload, by=by.pk, at=now(), field="evidence")
