"""One's own calendar address, the one that a resident is sent, and the calendar itself."""

import hashlib
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.timezone import now
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_safe

from core.access import PUBLIC, SIGNED_IN, load, requires
from core.errors import Refused
from core.forms import PressForm, submit
from core.web.page_actions import ObjectPage, PageAction
from core.web.qr import qr_picture
from scheduling.feeds import services
from scheduling.feeds.addresses import address_of, feed_called, token_of
from scheduling.feeds.models import SEND
from scheduling.feeds.queries import standing_feed
from scheduling.feeds.rendering import calendar_text
from stations.people.models import Person
from stations.recruitment.services import count_look_up
from stations.requests import SignedInRequest

#: A phone that has just asked need not ask again; nobody between it and us keeps a copy.
CACHED = "private, max-age=900"


@requires(SIGNED_IN)
def own_calendar(request: SignedInRequest) -> HttpResponse:
    """The address of one's own calendar, and a new one for whoever has lost the old one to others."""
    form = PressForm(request.POST or None)
    outcome = submit(request, operation="calendars.make", form=form, run=lambda _typed: _made(request))
    if outcome.done:
        return outcome.response
    feed = standing_feed(request.user.person) if request.user.person else None
    context = {
        "form": outcome.form,
        "feed": feed,
        "address": address_of(feed) if feed else "",
        "token": token_of(feed) if feed else "",
        "plain": PressForm(),
        "has_file": request.user.person is not None,
    }
    return render(request, "scheduling/feeds/own.html", context, status=outcome.status)


def _made(request: SignedInRequest) -> str:
    services.make_own_feed(by=request.user, at=now())
    return reverse("calendars:own")


@requires(SIGNED_IN)
def end_own_calendar(request: SignedInRequest) -> HttpResponse:
    """Nobody reads one's own calendar by its address any more."""

    def run(_typed: Any) -> str:
        services.end_own_feed(by=request.user, at=now())
        return reverse("calendars:own")

    outcome = submit(request, operation="calendars.end", form=PressForm(request.POST or None), run=run)
    return outcome.response if outcome.done else own_calendar(request)


def _residents() -> QuerySet[Person]:
    return Person.objects.living().select_related("home_station__county")


def _context(_request: SignedInRequest, person: Person) -> dict[str, Any]:
    return {"person": person, "feed": standing_feed(person)}


RESIDENT_PAGE = ObjectPage(
    name="calendars:resident",
    template="scheduling/feeds/resident.html",
    grant=SEND,
    noun="person",
    rows=_residents,
    context=_context,
    actions={
        "send": PageAction(
            grant=SEND,
            service=services.send_feed,
            done=gettext_lazy("The address is on its way to the phone."),
            title=gettext_lazy("Send the calendar to the phone"),
            button=gettext_lazy("Send it by SMS"),
            doing=gettext_lazy("Sending…"),
        ),
        "end": PageAction(
            grant=SEND,
            service=services.end_feed,
            is_open=lambda person, _user: standing_feed(person) is not None,
            title=gettext_lazy("The phone is lost, or the address is in wrong hands"),
            button=gettext_lazy("End the address"),
            doing=gettext_lazy("Recording…"),
            kind="danger",
        ),
    },
)


@require_GET
@requires(SEND)
def calendar_of(request: SignedInRequest) -> HttpResponse:
    """From the page of a resident to the calendar; without a resident one is looked for first."""
    if "person" not in request.GET:
        return redirect("people:find")
    person = load(_residents(), request.user, SEND, pk=request.GET["person"])
    return redirect("calendars:resident", person.pk)


@require_safe
@requires(PUBLIC)
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The calendar, for a phone that asks again and again; unchanged it is not sent again."""
    found = feed_called(token)
    if found is None:
        return _not_found(request)
    text = calendar_text(found, at=now())
    etag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["ETag"], response["Cache-Control"] = etag, CACHED
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return get_conditional_response(request, etag=etag, response=response) or response


def _not_found(request: HttpRequest) -> HttpResponse:
    try:
        count_look_up(address=request.META.get("REMOTE_ADDR", ""), at=now())
    except Refused as refusal:
        response = HttpResponse(status=refusal.status)
        response["Retry-After"] = str(getattr(refusal, "retry_after", 60))
        return response
    raise Http404


@require_GET
@requires(PUBLIC)
def qr(request: HttpRequest, token: str) -> HttpResponse:
    """The address as a square code, for the phone of the one who reads it on a screen."""
    found = feed_called(token)
    if found is None:
        return _not_found(request)
    return qr_picture(address_of(found))
