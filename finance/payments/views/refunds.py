"""Money owed back: what waits, and one refund with every way of giving it that the reader may take."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from core.access import load, may, requires
from core.files.services import store_photo
from core.forms import KeyedForm, Outcome, PressForm
from core.web.page_actions import form_page, send_form, to
from finance.payments import services
from finance.payments.forms import CallForm, CodeForm, DocumentForm, RecoverForm, WitnessForm
from finance.payments.machine import REFUND
from finance.payments.models import Refund
from finance.payments.reach import refund_at_hand
from finance.payments.services.refunds import Proof
from stations.current_station import counter_of
from stations.models import User
from stations.people.queries import holder_of
from stations.requests import SignedInRequest
from stations.scope import post_reaching

READ, READ_REFUND, HAND_BACK = "finance.read_payment", "finance.read_refund", "finance.hand_back_cash"
SEND, CALL, RETRY = "finance.send_refund_code", "finance.call_refund", "finance.retry_refund"
RECOVER = "finance.recover_compensation"
PAGE = 50


@requires(READ_REFUND, one_object=True)
def refund(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One refund: its state for everybody who reads it; by code, slip or document for the one who hands it back."""
    slip_no = request.GET.get("slip", "")
    verb = HAND_BACK if request.method == "POST" or slip_no else READ_REFUND
    found = refund_at_hand(_refunds(), request.user, verb, pk=pk, slip_no=slip_no)
    forms = _forms_of(request, found)
    form = next((each for each in forms.values() if each.is_bound), forms["by_code"])

    def again(outcome: Outcome[KeyedForm]) -> HttpResponse:
        page = {**_page(request, found, slip_no), **forms}
        return render(request, "finance/payments/refund.html", page, status=outcome.status)

    return send_form(
        request,
        operation=HAND_BACK,
        form=form,
        service=partial(_hand_back, request, found),
        then=lambda _made: _after(request, found),
        again=again,
    )


def _hand_back(
    request: SignedInRequest, found: Refund, *, notes: str, by: User, at: dt.datetime, **proved: Any
) -> Refund:
    """`proved` is what the form for one kind of proof asks for."""
    return services.hand_back_cash(
        refund=found,
        notes=notes,
        proof=proof_in(request, proved, found),
        station=counter_of(by, HAND_BACK),
        by=by,
        at=at,
    )


@require_POST
@requires(SEND, one_object=True)
def send_code(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Send the code to the phone of the one who gets the money."""
    slip_no = request.GET.get("slip", "")
    found = refund_at_hand(_refunds(), request.user, SEND, pk=pk, slip_no=slip_no)
    back = request.GET.get("next", "") or with_slip("payments:refund", pk, slip_no)
    if not back.startswith("/finance/"):
        back = with_slip("payments:refund", pk, slip_no)
    return form_page(
        request,
        operation=SEND,
        form=PressForm(request.POST),
        service=partial(_send_code, found),
        then=lambda _made: back,
        template="finance/payments/refused.html",
        page=lambda: {"back": back},
    )


def _send_code(found: Refund, *, by: User, at: dt.datetime) -> Refund:
    """From the counter where the reader stands."""
    return services.send_refund_code(refund=found, at=at, station=counter_of(by, SEND))


@require_POST
@requires(CALL, one_object=True)
def call(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Write down what came of a call."""
    found = load(_refunds(), request.user, CALL, pk=pk)
    return _acted(request, found, CALL, CallForm(request.POST), services.call_refund, name="call")


@require_POST
@requires(RETRY, one_object=True)
def retry(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Pay it back online again."""
    found = load(_refunds(), request.user, RETRY, pk=pk)
    return _acted(request, found, RETRY, PressForm(request.POST), services.retry_refund, name="retry")


@require_POST
@requires(RECOVER, one_object=True)
def recover(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Charge the company with a compensation."""
    found = load(_refunds(), request.user, RECOVER, pk=pk)
    form = RecoverForm(request.POST)
    return _acted(request, found, RECOVER, form, services.recover_compensation, name="recover")


def with_slip(name: str, pk: UUID, slip_no: str) -> str:
    """A page of one refund; at a station that does not owe it, with the number on the slip."""
    page = reverse(name, args=[pk])
    return f"{page}?{urlencode({'slip': slip_no})}" if slip_no else page


def proof_in(request: SignedInRequest, data: dict[str, Any], found: Refund) -> Proof:
    """What was typed, as the proof that it is; a photo is stored."""
    if "code" in data:
        return services.CodeProof(data["code"])
    seen: dict[str, Any] = {
        "witness": holder_of(request.user, data["witness_card"]),
        "photo": store_photo(upload=data["photo"], by=request.user.pk, at=now(), field="photo"),
    }
    if "slip_no" in data:
        return services.WitnessProof(slip_no=data["slip_no"].upper(), **seen)
    recipient = found.recipient or holder_of(request.user, data.get("recipient_card", ""))
    return services.DocumentProof(recipient=recipient, **seen)


def _after(request: SignedInRequest, found: Refund) -> str:
    is_ours = found.payment_id and post_reaching(request.user, READ, found.station) is not None
    return reverse("payments:payment", args=[found.payment_id]) if is_ours else request.get_full_path()


def _forms_of(request: SignedInRequest, found: Refund) -> dict[str, Any]:
    """A form for each kind of proof; what was sent fills the one that it belongs to."""
    posted, files = request.POST, request.FILES or None
    knows = found.recipient is not None
    kind = next((name for name in ("code", "slip_no", "seen") if name in posted), "")
    return {
        "by_code": CodeForm(posted if kind == "code" else None),
        "by_witness": WitnessForm(*((posted, files) if kind == "slip_no" else ()), auto_id="slip_%s"),
        "by_document": DocumentForm(
            *((posted, files) if kind == "seen" else ()), knows_recipient=knows, auto_id="document_%s"
        ),
    }


def _acted(
    request: SignedInRequest, found: Refund, operation: str, form: KeyedForm, service: Callable[..., Any], *, name: str
) -> HttpResponse:
    def again(outcome: Outcome[KeyedForm]) -> HttpResponse:
        found.refresh_from_db()
        refused = {name: outcome.form, "refused": outcome.form}
        page = {**_page(request, found, ""), **_forms_of(request, found), **refused}
        return render(request, "finance/payments/refund.html", page, status=outcome.status)

    return send_form(
        request,
        operation=operation,
        form=form,
        service=partial(service, refund=found),
        then=to("payments:refund", found.pk),
        again=again,
    )


def _page(request: SignedInRequest, found: Refund, slip_no: str) -> dict[str, Any]:
    is_ours = found.payment_id and post_reaching(request.user, READ, found.station) is not None
    can_call = found.status in REFUND.arrows["call_refund"] and may(request.user, CALL)
    can_retry = found.status in REFUND.arrows["retry_refund"] and may(request.user, RETRY)
    return {
        "refund": found,
        "kind": {"paid_out": "ok", "spent": "ok", "succeeded": "ok", "failed": "bad"}.get(found.status, "wait"),
        "hands_back": may(request.user, HAND_BACK) and found.status in REFUND.arrows["send_refund_code"],
        "send": PressForm(),
        "send_page": with_slip("payments:send-code", found.pk, slip_no),
        "story": reverse("payments:payment", args=[found.payment_id]) if is_ours else "",
        "code_is_out": bool(found.expires_at and found.expires_at > now()),
        "calls": found.calls.select_related("called_by").order_by("-called_at", "-pk"),
        "call": CallForm() if can_call else None,
        "retry": PressForm() if can_retry else None,
        "recover": RecoverForm() if may(request.user, RECOVER) and services.can_be_recovered(found) else None,
        "recovered": getattr(found, "recovery", None),
        "next_bill": _next_bill(found) if may(request.user, "finance.pay_bill") else "",
    }


def _next_bill(found: Refund) -> str:
    """Where this person's bills are found, one of which the money may pay."""
    person = found.recipient
    if person is None or found.status != Refund.Status.READY_FOR_CASH:
        return ""
    return f"{reverse('bills:choose')}?{urlencode({'person': person.pk})}"


def _refunds() -> Any:
    return Refund.objects.select_related(
        "station__county", "payment__payer", "payment__station", "receiver", "paid_by", "handed_to", "witnessed_by"
    )
