"""Payments at the counter: where one stands, its slip, finding a slip again, giving money back."""

from typing import Any
from urllib.parse import urlencode

import segno
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import PUBLIC, load, may, requires
from core.days import day_in
from core.files.services import store_photo
from core.forms import PressForm, submit
from finance.fees.queries import own_part_of
from finance.payments import services
from finance.payments.forms import BackByCodeForm, BackBySlipForm, CodeForm, FindSlipForm, WitnessForm
from finance.payments.models import Payment, Receipt, Refund
from finance.payments.queries import names_in, payments_of_day, search_payments, story_of
from finance.payments.reach import refund_at_hand, refunds_of_slip
from finance.payments.slips import slip_of
from finance.payments.words import kind_of, tell, timeline
from stations.counter import counter_of
from stations.models import Person
from stations.scope import post_reaching

READ, HAND_BACK = "finance.read_payment", "finance.hand_back_cash"
ASK_BACK = "finance.ask_reversal"
PAGE = 50


@requires(READ)
def payments(request: HttpRequest) -> HttpResponse:
    """Today's payments, or those that a search finds."""
    station = counter_of(request.user, READ)
    reachable = (
        Payment.objects.open_to(request.user, READ)
        .filter(station=station)
        .select_related("payer", "bill__biller__category")
    )
    form = FindSlipForm(request.GET or None, currency=station.currency)
    typed = form.cleaned_data if form.is_valid() else {}
    if any(typed.values()):
        found = search_payments(
            reachable, amount=typed["amount"], number=typed["number"].upper(), phone_tail=typed["phone_tail"]
        )
    else:
        found = payments_of_day(reachable, zone=station.zone, date=day_in(station.zone, now()))
    before = request.GET.get("before", "")
    if before:
        found = found.filter(pk__lt=_uuid(before))
    rows = list(found[: PAGE + 1])
    if not rows and typed.get("number") and (elsewhere := _owed_elsewhere(request.user, typed["number"])):
        return HttpResponseRedirect(elsewhere)
    page = {
        "form": form,
        "rows": [(payment, kind_of(payment)) for payment in rows[:PAGE]],
        "older": _older(request, rows[PAGE - 1]) if len(rows) > PAGE else "",
        "searched": any(typed.values()),
    }
    return render(request, "finance/payments/list.html", page)


@requires(READ)
def payment(request: HttpRequest, pk: Any) -> HttpResponse:
    """Where one payment stands, in words, and what to do now."""
    found = load(_payments(), request.user, READ, pk=pk)
    story = story_of(found)
    told = tell(story, own_part=own_part_of(request.user, found))
    page = {
        "payment": found,
        "told": told,
        "kind": kind_of(found),
        "entries": timeline(story, names=names_in(story)),
        "receipt": found.receipts.order_by("-issued_at", "-pk").first(),
        "refunds": [refund for refund in story.refunds if refund.status not in {"paid_out", "spent"}],
        "may_cancel": found.status == Payment.Status.HELD
        and found.taken_by_id == request.user.pk
        and may(request.user, "finance.cancel_payment"),
        "cancel": PressForm(),
        "may_ask_back": may(request.user, ASK_BACK) and _can_be_asked_back(found),
    }
    return render(request, "finance/payments/payment.html", page)


@require_POST
@requires("finance.cancel_payment")
def cancel(request: HttpRequest, pk: Any) -> HttpResponse:
    """Call a payment off that has not been sent."""
    found = load(_payments(), request.user, "finance.cancel_payment", pk=pk)

    def run(_data: dict[str, Any]) -> str:
        services.cancel_payment(payment=found, by=request.user, at=now())
        return reverse("payments:payment", args=[pk])

    outcome = submit(request, operation="finance.cancel_payment", form=PressForm(request.POST), run=run)
    if outcome.done:
        return outcome.response
    page = {"payment": found, "form": outcome.form}
    return render(request, "finance/payments/refused.html", page, status=outcome.status)


@requires(ASK_BACK)
def ask_back(request: HttpRequest, pk: Any) -> HttpResponse:
    """A wrong number or household: have the company asked to take it back."""
    found = load(_payments(), request.user, ASK_BACK, pk=pk)
    by_code = BackByCodeForm(request.POST if "code" in request.POST else None, auto_id="code_%s")
    by_slip = BackBySlipForm(request.POST if "slip_no" in request.POST else None)
    form = by_code if "code" in request.POST else by_slip

    def run(data: dict[str, Any]) -> str:
        proof = services.CodeProof(data["code"]) if "code" in data else services.WitnessProof(data["slip_no"])
        services.ask_reversal(payment=found, reason=data["reason"], proof=proof, by=request.user, at=now())
        return reverse("payments:payment", args=[pk])

    outcome = submit(request, operation=ASK_BACK, form=form, run=run)
    if outcome.done:
        return outcome.response
    page = {
        "payment": found,
        "by_code": outcome.form if form is by_code else by_code,
        "by_slip": outcome.form if form is by_slip else by_slip,
        "send": PressForm(),
        "last_day": services.last_day_to_ask(found),
    }
    return render(request, "finance/payments/ask_back.html", page, status=outcome.status)


@require_POST
@requires(ASK_BACK)
def send_reversal_code(request: HttpRequest, pk: Any) -> HttpResponse:
    """Send the code to the payer's phone with which he has a payment asked back."""
    found = load(_payments(), request.user, ASK_BACK, pk=pk)
    back = reverse("payments:ask-back", args=[pk])

    def run(_data: dict[str, Any]) -> str:
        services.send_reversal_code(payment=found, at=now())
        return back

    outcome = submit(request, operation="finance.send_reversal_code", form=PressForm(request.POST), run=run)
    if outcome.done:
        return outcome.response
    page = {"payment": found, "form": outcome.form, "back": back}
    return render(request, "finance/payments/refused.html", page, status=outcome.status)


@requires(READ)
def receipt(request: HttpRequest, pk: Any) -> HttpResponse:
    """The newest slip of a payment, to print; a reprint is marked as a copy."""
    found = load(_payments(), request.user, READ, pk=pk)
    newest = get_object_or_404(found.receipts.order_by("-issued_at", "-pk")[:1])
    newest.payment = found
    copy_no = newest.prints.count()
    page = {
        "payment": found,
        "receipt": newest,
        "slip": slip_of(newest, copy_no=copy_no),
        "copy_no": copy_no,
        "size": "a4" if request.GET.get("size") == "a4" else "slip",
        "form": PressForm(),
    }
    return render(request, "finance/payments/receipt.html", page)


@require_POST
@requires(READ)
def printed(request: HttpRequest, pk: Any) -> HttpResponse:
    """Note that a slip went to the printer, so that the next one says COPY."""
    found = load(_payments(), request.user, READ, pk=pk)
    newest = get_object_or_404(found.receipts.order_by("-issued_at", "-pk")[:1])

    def run(_data: dict[str, Any]) -> str:
        services.print_receipt(receipt=newest, by=request.user, at=now())
        return reverse("payments:receipt", args=[pk])

    outcome = submit(request, operation="finance.print_receipt", form=PressForm(request.POST), run=run)
    return outcome.response or HttpResponseRedirect(reverse("payments:receipt", args=[pk]))


@requires(HAND_BACK)
def refund(request: HttpRequest, pk: Any) -> HttpResponse:
    """Money owed back: by code, or with slip, witness and photo."""
    slip_no = request.GET.get("slip", "")
    found = refund_at_hand(_refunds(), request.user, HAND_BACK, pk=pk, slip_no=slip_no)
    is_ours = post_reaching(request.user, READ, found.station) is not None
    by_code = CodeForm(request.POST if "code" in request.POST else None, prefix=None)
    by_witness = WitnessForm(request.POST if "slip_no" in request.POST else None, request.FILES or None, prefix=None)
    form = by_witness if "slip_no" in request.POST else by_code

    def run(data: dict[str, Any]) -> str:
        services.hand_back_cash(
            refund=found,
            notes=data["notes"],
            proof=_proof(request, data),
            station=counter_of(request.user, HAND_BACK),
            by=request.user,
            at=now(),
        )
        return reverse("payments:payment", args=[found.payment_id]) if is_ours else request.get_full_path()

    outcome = submit(request, operation=HAND_BACK, form=form, run=run)
    if outcome.done:
        return outcome.response
    page = {
        "refund": found,
        "by_code": outcome.form if form is by_code else by_code,
        "by_witness": outcome.form if form is by_witness else by_witness,
        "send": PressForm(),
        "send_page": _with_slip("payments:send-code", pk, slip_no),
        "story": reverse("payments:payment", args=[found.payment_id]) if is_ours else "",
        "code_is_out": bool(found.expires_at and found.expires_at > now()),
    }
    return render(request, "finance/payments/refund.html", page, status=outcome.status)


@require_POST
@requires("finance.send_refund_code")
def send_code(request: HttpRequest, pk: Any) -> HttpResponse:
    """Send the code to the payer's phone."""
    slip_no = request.GET.get("slip", "")
    found = refund_at_hand(_refunds(), request.user, "finance.send_refund_code", pk=pk, slip_no=slip_no)
    back = _with_slip("payments:refund", pk, slip_no)

    def run(_data: dict[str, Any]) -> str:
        services.send_refund_code(refund=found, at=now())
        return back

    outcome = submit(request, operation="finance.send_refund_code", form=PressForm(request.POST), run=run)
    if outcome.done:
        return outcome.response
    page = {"payment": found.payment, "form": outcome.form, "back": back}
    return render(request, "finance/payments/refused.html", page, status=outcome.status)


@requires(PUBLIC)
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """What a slip is worth, for anybody who holds it: true amount, fee and state, and nobody's name."""
    found = (
        Receipt.objects.select_related("payment__station", "payment__bill__biller__category")
        .filter(verify_code=code)
        .first()
    )
    if found is None:
        return render(request, "finance/payments/verify.html", {"payment": None}, status=404)
    page = {"payment": found.payment, "receipt": found, "kind": kind_of(found.payment)}
    return render(request, "finance/payments/verify.html", page)


@requires(PUBLIC)
def verify_qr(request: HttpRequest, code: str) -> HttpResponse:
    """The QR of a slip, as an image of our own."""
    found = get_object_or_404(Receipt, verify_code=code)
    image = segno.make(found.verify_url, error="m", micro=False)
    response = HttpResponse(content_type="image/svg+xml")
    image.save(response, kind="svg", scale=4, border=2, xmldecl=False, svgns=True)
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def _can_be_asked_back(found: Payment) -> bool:
    """Whether the company may still be asked to take it back."""
    last_day = services.last_day_to_ask(found) if found.status == Payment.Status.SUCCEEDED else None
    return last_day is not None and day_in(found.station.zone, now()) <= last_day


def _owed_elsewhere(user: Any, slip_no: str) -> str:
    """The page of what another station owes on this slip; empty when there is nothing to give."""
    owed = refunds_of_slip(user, slip_no).exclude(status__in=["paid_out", "spent"]).first()
    return _with_slip("payments:refund", owed.pk, slip_no) if owed else ""


def _with_slip(name: str, pk: Any, slip_no: str) -> str:
    """A page of one refund; at a station that does not owe it, with the number on the slip."""
    page = reverse(name, args=[pk])
    return f"{page}?{urlencode({'slip': slip_no})}" if slip_no else page


def _older(request: HttpRequest, last: Payment) -> str:
    """The next page of the same search."""
    return f"?{urlencode({**request.GET.dict(), 'before': last.pk.hex})}"


def _payments() -> Any:
    return Payment.objects.select_related(
        "station__county",
        "payer__village",
        "payer__home_station__village",
        "taken_by",
        "bill__biller__category",
        "recharge__operator",
    )


def _refunds() -> Any:
    return Refund.objects.select_related("station__county", "payment__payer", "payment__station")


def _proof(request: HttpRequest, data: dict[str, Any]) -> services.CodeProof | services.WitnessProof:
    if "code" in data:
        return services.CodeProof(data["code"])
    return services.WitnessProof(
        slip_no=data["slip_no"].upper(),
        witness=_holder_of(data["witness_card"], request) if data["witness_card"] else None,
        photo=store_photo(upload=data["photo"], by=request.user.pk, at=now(), field="photo"),
    )


def _holder_of(card: str, request: HttpRequest) -> Person | None:
    people = Person.objects.open_to(request.user, "stations.find_person")
    return people.filter(cards__code=card, cards__revoked_at=None).first()


def _uuid(text: str) -> Any:
    try:
        return Payment._meta.pk.to_python(text)
    except ValidationError as error:
        raise Http404(_("There is no such page.")) from error
