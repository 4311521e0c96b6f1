"""Slips: the newest of a payment to print, and what any slip is worth for the one who holds it."""

from functools import partial
from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.access import PUBLIC, load, requires
from core.forms import PressForm
from core.web.page_actions import send_form
from finance.payments import services
from finance.payments.display import kind_of, worth_of
from finance.payments.models import Receipt
from finance.payments.queries import payments_with_people
from finance.payments.slips import slip_of
from stations.requests import SignedInRequest

READ = "finance.read_payment"


@requires(READ, one_object=True)
def receipt(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The newest slip of a payment, to print; a reprint is marked as a copy."""
    found = load(payments_with_people(), request.user, READ, pk=pk)
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
@requires(READ, one_object=True)
def printed(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Note that a slip went to the printer, so that the next one says COPY."""
    found = load(payments_with_people(), request.user, READ, pk=pk)
    newest = get_object_or_404(found.receipts.order_by("-issued_at", "-pk")[:1])
    back = reverse("payments:receipt", args=[pk])
    return send_form(
        request,
        operation="finance.print_receipt",
        form=PressForm(request.POST),
        service=partial(services.print_receipt, receipt=newest),
        then=lambda _made: back,
        again=lambda _outcome: HttpResponseRedirect(back),
    )


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
    payment = found.payment
    page = {"payment": payment, "receipt": found, "kind": kind_of(payment), "worth": worth_of(payment)}
    return render(request, "finance/payments/verify.html", page)


@requires(PUBLIC)
def verify_qr(request: HttpRequest, code: str) -> HttpResponse:
    """The QR of a slip, as an image of our own."""
    found = get_object_or_404(Receipt, verify_code=code)
    image = segno.make(found.verify_url, error="m", micro=False)
    response = HttpResponse(content_type="image/svg+xml")
    image.save(response, kind="svg", scale=4, border=2, xmldecl=False, svgns=True)  # type: ignore[arg-type]
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response
