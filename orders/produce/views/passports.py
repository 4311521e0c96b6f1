"""What anybody may open: the passport of a lot, and its address as a square code; nobody signs in."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from core.access import PUBLIC, requires
from core.errors import Refused
from core.web.qr import qr_picture
from orders.produce.passports import passport_of, public_lot
from stations.recruitment.services import count_look_up

TEMPLATE = "orders/produce/passport.html"


@require_GET
@requires(PUBLIC)
def passport(request: HttpRequest, code: str) -> HttpResponse:
    """Where the fruit of a lot comes from, when it was brought, and its grades."""
    try:
        count_look_up(address=request.META.get("REMOTE_ADDR", ""), at=now())
    except Refused as refusal:
        response = render(request, TEMPLATE, {"refusal": refusal}, status=refusal.status)
        response["Retry-After"] = str(refusal.retry_after)
        return response
    found = passport_of(code)
    return render(request, TEMPLATE, {"found": found}, status=200 if found else 404)


@require_GET
@requires(PUBLIC)
def qr(request: HttpRequest, code: str) -> HttpResponse:
    """The address of a passport as a square code, to be printed on boxes and shared."""
    lot = public_lot(code)
    if lot is None:
        raise Http404
    address = f"{settings.ECOMNET_PUBLIC_URL}{reverse('lot_passport', args=[lot.code])}"
    return qr_picture(address)
