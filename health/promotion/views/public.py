"""What anybody may open: an article, its leaflet to print, and its address as a square code. Nobody signs in."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from core.access import PUBLIC, requires
from core.errors import Refused
from core.web.qr import qr_picture
from health.promotion.display import article_words, blocks_of
from health.promotion.models import Article
from health.promotion.queries import emergency_number, public_article
from health.promotion.services import count_reading
from stations.recruitment.services import count_look_up

ARTICLE, LEAFLET = "health/promotion/public.html", "health/promotion/leaflet.html"


@require_GET
@requires(PUBLIC)
def article(request: HttpRequest, code: str) -> HttpResponse:
    """An article in the reader's language; each opening is counted, nobody's."""
    found, refused = _found(request, code, ARTICLE)
    if found is not None:
        count_reading(article=found, at=now())
    return refused or _shown(request, found, ARTICLE)


@require_GET
@requires(PUBLIC)
def leaflet(request: HttpRequest, code: str) -> HttpResponse:
    """The same on half a sheet of A4, with its address as a square code."""
    found, refused = _found(request, code, LEAFLET)
    return refused or _shown(request, found, LEAFLET)


@require_GET
@requires(PUBLIC)
def qr(request: HttpRequest, code: str) -> HttpResponse:
    """The address of an article as a square code."""
    found = public_article(code, now())
    if found is None:
        raise Http404
    return qr_picture(address_of(found))


def address_of(found: Article) -> str:
    """Where anybody reads an article."""
    return f"{settings.ECOMNET_PUBLIC_URL}{reverse('health_article', args=[found.code])}"


def _found(request: HttpRequest, code: str, template: str) -> tuple[Article | None, HttpResponse | None]:
    """The article that is shown at an address, or the answer to one who asks too often."""
    try:
        count_look_up(address=request.META.get("REMOTE_ADDR", ""), at=now())
    except Refused as refusal:
        response = render(request, template, {"refusal": refusal}, status=refusal.status)
        response["Retry-After"] = str(refusal.retry_after)
        return None, response
    return public_article(code, now()), None


def _shown(request: HttpRequest, found: Article | None, template: str) -> HttpResponse:
    if found is None:
        return render(request, template, {}, status=404)
    page = {
        "article": found,
        "blocks": blocks_of(found.text),
        "about": article_words(found),
        "address": address_of(found),
        "number": emergency_number(found, now()),
    }
    return render(request, template, page)
