"""What no machine could decide: one proposes with the company's answer, another confirms."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from core.access import load, may, requires
from core.files.services import PDF_START, store_paper, store_photo
from core.forms import submit
from core.models import StoredFile
from finance.payments import services
from finance.payments.forms import ConfirmForm, ProposeForm
from finance.payments.models import Payment, PaymentDecision
from finance.payments.queries import payments_with_people
from finance.payments.services.decisions import WRITTEN_ANSWER_UNTIL

DECIDE = "finance.decide_payment"


@require_POST
@requires(DECIDE)
def propose(request: HttpRequest, pk: Any) -> HttpResponse:
    """Say how it ended, with the company's written answer."""
    found = load(payments_with_people(), request.user, DECIDE, pk=pk)
    form = ProposeForm(request.POST, request.FILES)

    def run(data: dict[str, Any]) -> str:
        services.propose_decision(
            payment=found,
            outcome=data["outcome"],
            reason=data["reason"],
            evidence=_stored(data["evidence"], by=request.user),
            by=request.user,
            at=now(),
        )
        return reverse("payments:payment", args=[pk])

    return _answer(request, found, form, run)


@require_POST
@requires(DECIDE)
def decide(request: HttpRequest, pk: Any) -> HttpResponse:
    """Confirm what another person proposed."""
    found = load(payments_with_people(), request.user, DECIDE, pk=pk)

    def run(data: dict[str, Any]) -> str:
        services.decide_payment(payment=found, outcome=data["outcome"], by=request.user, at=now())
        return reverse("payments:payment", args=[pk])

    return _answer(request, found, ConfirmForm(request.POST), run)


def decision_page(request: HttpRequest, found: Payment) -> dict[str, Any]:
    """What is proposed, and the form that the reader may send: propose, or confirm what somebody else proposed."""
    proposal = PaymentDecision.objects.select_related("proposed_by", "decided_by").filter(payment=found).first()
    if not may(request.user, DECIDE) or found.status != Payment.Status.MANUAL_REVIEW:
        return {"proposal": proposal}
    is_other = proposal is not None and proposal.proposed_by_id != request.user.pk
    return {
        "proposal": proposal,
        "propose": ProposeForm(),
        "confirm": ConfirmForm(initial={"outcome": proposal.outcome}) if is_other else None,
        "without_paper_at": found.submitted_at + WRITTEN_ANSWER_UNTIL,
        "needs_paper": now() < found.submitted_at + WRITTEN_ANSWER_UNTIL,
    }


def _answer(request: HttpRequest, found: Payment, form: Any, run: Any) -> HttpResponse:
    outcome = submit(request, operation=DECIDE, form=form, run=run)
    if outcome.done:
        return outcome.response
    page = {"payment": found, "form": outcome.form, "back": reverse("payments:payment", args=[found.pk])}
    return render(request, "finance/payments/refused.html", page, status=outcome.status)


def _stored(upload: UploadedFile | None, *, by: Any) -> StoredFile | None:
    """The company's letter as a PDF or as a photo of it."""
    if upload is None:
        return None
    begins = upload.read(len(PDF_START))
    upload.seek(0)
    keep = store_paper if begins == PDF_START else store_photo
    return keep(upload=upload, by=by.pk, at=now(), field="evidence")
