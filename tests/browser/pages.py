"""A few pages that do one thing each, beside all pages of the system."""

import itertools

from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import path

from core.access import PUBLIC, requires
from core.errors import ProviderDown, Refused
from core.forms import KeyedForm, Line, PhotoField, submit
from core.models import Event
from core.web.pagination import settled
from ecomnet import urls

FRAME = "{% extends 'page.html' %}{% block title %}Note{% endblock %}{% block main %}{% head 'Note' %}"
polls = itertools.count(1)
tries = itertools.count(1)


class NotToday(Refused):
    code = "not_today"
    message = "Not today."


class NoteForm(KeyedForm):
    note = Line(label="Your reasons")
    photo = PhotoField(label="Photo", required=False)


def render(request: HttpRequest, body: str, status: int = 200, **context) -> HttpResponse:
    page = Template(FRAME + body + "{% endblock %}").render(RequestContext(request, context))
    return HttpResponse(page, status=status)


def write(data):
    if data["note"] == "refuse":
        raise NotToday
    if data["note"] == "busy" and next(tries) == 1:
        raise Busy
    Event.objects.create(name="core.note_written", payload={"note": data["note"]})
    return "/t/done/"


class Busy(ProviderDown):
    """Down at the first try, about which nothing is written."""

    retry_after = 1

    def __init__(self) -> None:
        super().__init__(provider="State Grid")


@requires(PUBLIC)
def note(request):
    form = NoteForm(request.POST or None, request.FILES or None)
    outcome = submit(request, operation="core.write_note", form=form, run=write)
    if outcome.done:
        return outcome.response
    body = (
        "{% search 'Find' action='/t/find/' button='Find' %}"
        "{% panel 'Note' pad=True %}{% form form draft='note' %}{% field form.note %}{% field form.photo %}"
        "{% actions inline=True %}{% button 'Save' kind='primary' doing='Saving…' %}{% endactions %}"
        "{% endform %}{% endpanel %}"
    )
    return render(request, body, outcome.status, form=outcome.form)


@requires(PUBLIC)
def find(request):
    return render(request, "<p id='found'>{{ q }}</p>", q=request.POST.get("q", ""))


@requires(PUBLIC)
def done(request):
    return render(request, "<p id='done'>{{ n }}</p>", n=Event.objects.filter(name="core.note_written").count())


class ScanForm(KeyedForm):
    other = Line(label="Other")
    code = Line(label="Code")


@requires(PUBLIC)
def scan(request):
    body = "{% form form %}{% field form.other %}{% field form.code scan=True %}{% button 'Save' %}{% endform %}"
    return render(request, body, form=ScanForm())


class ScansForm(KeyedForm):
    note = Line(label="Code")


@requires(PUBLIC)
def scans(request):
    form = ScansForm(request.POST or None)
    outcome = submit(request, operation="core.write_note", form=form, run=lambda data: write(data) and "/t/scans/")
    if outcome.done:
        return outcome.response
    body = "{% errors form %}{% form form %}{% field form.note scan='each' %}{% button 'Save' %}{% endform %}"
    return render(request, body, outcome.status, form=outcome.form)


@requires(PUBLIC)
def poll(request):
    n = next(polls)
    body = "{% poll id='state' href='/t/poll/' seconds=1 label='State' %}<p>{{ n }}</p>{% endpoll %}"
    response = render(request, body, n=n)
    return settled(response) if n >= 3 else response


urlpatterns = [
    *urls.urlpatterns,
    path("t/note/", note),
    path("t/done/", done),
    path("t/find/", find),
    path("t/scan/", scan),
    path("t/scans/", scans),
    path("t/poll/", poll),
]
handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500
