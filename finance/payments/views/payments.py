"""Payments at the counter and in the county: where one stands, finding one again, calling off, asking back."""

import datetime as dt
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from urllib.parse import urlencode
from uuid import UUID

import segno
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from core.access import load, may, requires
from core.days import day_in
from core.forms import Outcome, PressForm
from core.web.lists import shows
from core.web.page_actions import form_page, send_form, to
from finance.fees.queries import own_part_of
from finance.payments import services
from finance.payments.display import Summary, kind_of, tell, timeline, whose_cash_of
from finance.payments.forms import BackByCodeForm, BackBySlipForm
from finance.payments.lists import PAYMENTS
from finance.payments.models import Payment, Refund
from finance.payments.queries import (
    complaints_of,
    names_in,
    payments_with_people,
    story_of,
)
from finance.payments.reach import refunds_of_slip
from finance.payments.views.decisions import decision_page
from finance.payments.views.goodwill import goodwill_page
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.models import Station
from stations.requests import SignedInRequest
from stations.scope import posts_granting

READ, ASK_BACK, DECIDE = "finance.read_payment", "finance.ask_reversal", "finance.decide_payment"


@requires(READ)
@shows(PAYMENTS)
def payments(request: SignedInRequest) -> HttpResponse:
    """The list of payments; a slip of another station leads whoever hands money back to what is owed on it."""
    page = PAYMENTS.page(request)
    words = request.GET.get("q", "").strip()
    if words and not page["list"].count and (elsewhere := _owed_elsewhere(request.user, words)):
        return HttpResponseRedirect(elsewhere)
    return render(request, PAYMENTS.template, page)


def _summary_for(user: User, told: Summary) -> Summary:
    """What to do with the slip of a payment that went well is said to those who stand at the counter."""
    return told if told.kind != "ok" or may(user, "finance.pay_bill") else replace(told, detail="")


@requires(READ, one_object=True)
def payment(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Where one payment stands, in words, and what to do now."""
    found = load(payments_with_people(), request.user, READ, pk=pk)
    story = story_of(found)
    pay_url = services.pay_url_of(found)
    page = {
        "payment": found,
        "told": _summary_for(request.user, tell(story, own_part=own_part_of(request.user, found), pay_url=pay_url)),
        "kind": kind_of(found),
        "whose": whose_cash_of(found) if found.taken_by_id == request.user.pk else None,
        "entries": timeline(story, names=names_in(story)),
        "receipt": found.receipts.order_by("-issued_at", "-pk").first(),
        "refunds": [refund for refund in story.refunds if refund.is_owed],
        "may_cancel": found.status == Payment.Status.HELD
        and found.taken_by_id == request.user.pk
        and may(request.user, "finance.cancel_payment"),
        "cancel": PressForm(),
        "may_ask_back": may(request.user, ASK_BACK) and _can_be_asked_back(found),
        "pay_url": pay_url,
        "is_counter": _own_counter(request.user) is not None,
        "records": _records_for(request.user, found),
        "may_complain": may(request.user, "finance.log_complaint"),
        "complaints": complaints_of(found) if may(request.user, "finance.read_complaint") else [],
        **decision_page(request, found),
        **goodwill_page(request, found),
    }
    return render(request, "finance/payments/payment.html", page)


@requires(READ, one_object=True)
def pay_qr(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Where the payer pays online, as a square code that his phone reads from this screen; gone once it is over."""
    url = services.pay_url_of(load(payments_with_people(), request.user, READ, pk=pk))
    if not url:
        return HttpResponse(status=HTTPStatus.GONE)
    response = HttpResponse(content_type="image/svg+xml")
    segno.make(url, error="m", micro=False).save(response, kind="svg", scale=4, border=2, xmldecl=False, svgns=True)  # type: ignore[arg-type]
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@requires("finance.cancel_payment", one_object=True)
def cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Call a payment off that has not been sent."""
    found = load(payments_with_people(), request.user, "finance.cancel_payment", pk=pk)
    return form_page(
        request,
        operation="finance.cancel_payment",
        form=PressForm(request.POST),
        service=partial(services.cancel_payment, payment=found),
        then=to("payments:payment", pk),
        template="finance/payments/refused.html",
        page=lambda: {"payment": found},
    )


@requires(ASK_BACK, one_object=True)
def ask_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A wrong number or household: have the company asked to take it back."""
    found = load(payments_with_people(), request.user, ASK_BACK, pk=pk)
    by_code = BackByCodeForm(request.POST if "code" in request.POST else None, auto_id="code_%s")
    by_slip = BackBySlipForm(request.POST if "slip_no" in request.POST else None)

    def again(outcome: Outcome[BackByCodeForm | BackBySlipForm]) -> HttpResponse:
        page = {
            "payment": found,
            "by_code": by_code,
            "by_slip": by_slip,
            "send": PressForm(),
            "last_day": services.last_day_to_ask(found),
        }
        return render(request, "finance/payments/ask_back.html", page, status=outcome.status)

    return send_form(
        request,
        operation=ASK_BACK,
        form=by_code if "code" in request.POST else by_slip,
        service=partial(_ask_back, found),
        then=to("payments:payment", pk),
        again=again,
    )


def _ask_back(found: Payment, *, reason: str, code: str = "", slip_no: str = "", by: User, at: dt.datetime) -> Payment:
    """One form asks for the code, the other for the slip."""
    proof = services.CodeProof(code) if code else services.WitnessProof(slip_no)
    return services.ask_reversal(payment=found, reason=reason, proof=proof, by=by, at=at)


@require_POST
@requires(ASK_BACK, one_object=True)
def send_reversal_code(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Send the code to the payer's phone with which he has a payment asked back."""
    found = load(payments_with_people(), request.user, ASK_BACK, pk=pk)
    back = reverse("payments:ask-back", args=[pk])
    return form_page(
        request,
        operation="finance.send_reversal_code",
        form=PressForm(request.POST),
        service=partial(_send_code, found),
        then=lambda _made: back,
        template="finance/payments/refused.html",
        page=lambda: {"payment": found, "back": back},
    )


def _send_code(found: Payment, *, by: User, at: dt.datetime) -> None:
    """The same code, the one who has it sent."""
    services.send_reversal_code(payment=found, at=at)


def _records_for(user: User, found: Payment) -> str:
    """Its page in the administration, with transfers and all else that belongs to it; for those who read the books."""
    reads = user.is_staff and may(user, "ledger.read_account")
    return reverse("admin:finance_payment_change", args=[found.pk]) if reads else ""


def _can_be_asked_back(found: Payment) -> bool:
    """Whether the company may still be asked to take it back."""
    last_day = services.last_day_to_ask(found) if found.status == Payment.Status.SUCCEEDED else None
    return last_day is not None and day_in(found.station.zone, now()) <= last_day


def _own_counter(user: User) -> Station | None:
    """The station at whose counter this person stands; nobody's for the county and the system."""
    at_a_station = any(post.reach == "station" for post in posts_granting(user, READ))
    return counter_of(user, READ) if at_a_station else None


def _owed_elsewhere(user: User, slip_no: str) -> str:
    """The page of what another station owes on this slip; empty when there is nothing to give."""
    owed = refunds_of_slip(user, slip_no).filter(status__in=Refund.OWED).first()
    return f"{reverse('payments:refund', args=[owed.pk])}?{urlencode({'slip': slip_no})}" if owed else ""
