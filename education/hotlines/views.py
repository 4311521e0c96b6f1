"""The pages of calls home: a child with its people and free times, a call on its day, booths."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import load, may, requires
from core.days import day_in
from core.forms import Option
from core.web.lists import shows
from core.web.page_actions import ObjectPage, PageAction, form_page, to
from education.hotlines import services
from education.hotlines.display import choice_of, status_of_call, time_there, words_of_call
from education.hotlines.forms import BookForm, BoothForm, CancelForm, ContactForm, DialForm, RemoveForm
from education.hotlines.lists import CALLERS
from education.hotlines.models import READ_CALL, Call, CallContact
from education.hotlines.phones import number_of
from education.hotlines.queries import contacts_of, free_times, next_times
from education.hotlines.zones import place_words
from education.safeguarding.display import name_for
from education.safeguarding.purposes import PARENT_CALLS
from education.safeguarding.queries import consent_on, is_child
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.people.models import Person
from stations.people.queries import standing_record
from stations.people.services import log_read
from stations.requests import SignedInRequest

BOOK, DIAL, OPEN = "education.book_call", "education.dial_call", "education.open_call_booth"


def _people() -> QuerySet[Person]:
    return Person.objects.living().select_related("home_station__county")


@requires(READ_CALL)
@shows(CALLERS)
def children(request: SignedInRequest) -> HttpResponse:
    """Children who call home; with `?person=`, on to that child."""
    try:
        wanted = UUID(request.GET.get("person", ""))
    except ValueError:
        return render(request, CALLERS.template, CALLERS.page(request))
    found = load(_people(), request.user, READ_CALL, pk=wanted)
    return HttpResponseRedirect(reverse("hotlines:child", args=[found.pk]))


def _child_context(request: SignedInRequest, found: Person) -> dict[str, Any]:
    at = now()
    log_read(user=request.user, person=found, what="calls", at=at)
    day = day_in(found.home_station.zone, at)
    records = Person.objects.of_people(found.pk).values("pk")
    rows = Call.objects.filter(child__in=records).select_related("booking__slot", "contact", "booth__station")
    return {
        "child": found,
        "name": name_for(request.user, found),
        "is_child": is_child(found, day),
        "has_consent": consent_on(found, PARENT_CALLS, day) is not None,
        "people": [(each, place_words(each.zone)) for each in contacts_of(found)],
        "calls": [(each, status_of_call(each), words_of_call(each)) for each in rows.order_by("-pk")[:10]],
        "may_consent": may(request.user, "stations.record_consent"),
    }


def _book_choices(_request: SignedInRequest, child: Person) -> dict[str, Any]:
    contacts, station = list(contacts_of(child)), child.home_station
    times = free_times(station, at=now())
    return {
        "contacts": _named(contacts),
        "times": [(slot.starts_at.isoformat(), choice_of(slot, contacts, station.zone)) for slot in times],
    }


def _named(contacts: list[CallContact]) -> list[tuple[str, Option]]:
    return [(str(each.pk), Option(each.name, each.get_relation_display(), place_words(each.zone))) for each in contacts]


def _remove_choices(_request: SignedInRequest, child: Person) -> dict[str, Any]:
    return {"contacts": _named(list(contacts_of(child)))}


def _zone_of(_request: SignedInRequest, child: Person) -> dict[str, Any]:
    return {"zone": child.home_station.zone}


def _book(*, child: Person, contact: str, starts_at: dt.datetime, by: User, at: dt.datetime, key: str) -> Call:
    chosen = get_object_or_404(contacts_of(child), pk=contact)
    return services.book_call(contact=chosen, starts_at=starts_at, by=by, at=at, key=key)


def _remove(*, child: Person, contact: str, by: User, at: dt.datetime) -> CallContact:
    chosen = get_object_or_404(contacts_of(child).select_related("child"), pk=contact)
    return services.remove_contact(contact=chosen, by=by, at=at)


def _has_people(child: Person, _user: User) -> bool:
    return contacts_of(child).exists()


def _has_consent(child: Person, _user: User) -> bool:
    return consent_on(child, PARENT_CALLS, day_in(child.home_station.zone, now())) is not None


def _can_book(child: Person, user: User) -> bool:
    return _has_people(child, user) and _has_consent(child, user) and bool(free_times(child.home_station, at=now()))


def _back_to_child(made: CallContact) -> str:
    return reverse("hotlines:child", args=[standing_record(made.child).pk])


CHILD_PAGE = ObjectPage(
    name="hotlines:child",
    template="education/hotlines/child.html",
    grant=READ_CALL,
    noun="child",
    rows=_people,
    context=_child_context,
    actions={
        "book": PageAction(
            grant=BOOK,
            service=_book,
            form=BookForm,
            form_kwargs=_book_choices,
            is_open=_can_book,
            then=lambda made: reverse("hotlines:call", args=[made.pk]),
            title=_("Book a call"),
            button=_("Book the call"),
            doing=_("Booking…"),
        ),
        "add": PageAction(
            grant="education.add_call_contact",
            service=services.add_contact,
            form=ContactForm,
            form_kwargs=_zone_of,
            is_open=_has_consent,
            then=_back_to_child,
            title=_("Add a person to call"),
            button=_("Add this person"),
            doing=_("Recording…"),
        ),
        "remove": PageAction(
            grant="education.remove_call_contact",
            service=_remove,
            form=RemoveForm,
            form_kwargs=_remove_choices,
            is_open=_has_people,
            then=_back_to_child,
            title=_("Remove a person"),
            button=_("Remove this person"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


def _calls() -> QuerySet[Call]:
    return Call.objects.select_related(
        "booking__slot", "booking__session", "booth__station__county", "child__home_station__county", "contact"
    )


def _call_context(request: SignedInRequest, found: Call) -> dict[str, Any]:
    at = now()
    log_read(user=request.user, person=found.child, what="calls", at=at)
    slot = found.booking.slot
    dials = services.is_open_to_dial(found, at) and may(request.user, DIAL)
    return {
        "call": found,
        "slot": slot,
        "kind": status_of_call(found),
        "words": words_of_call(found),
        "name": name_for(request.user, found.child),
        "there": time_there(found.contact, slot) if slot else "",
        "number": number_of(found.contact) if dials else "",
        "tries": list(found.attempts.order_by("number")),
        "next": next_times(found, at=at) if found.outcome == Call.Outcome.UNANSWERED else [],
    }


def _is_to_dial(call: Call, _user: User) -> bool:
    return services.is_open_to_dial(call, now())


def _is_connected(call: Call, _user: User) -> bool:
    return call.connected_at is not None and call.ended_at is None


def _is_to_come(call: Call, _user: User) -> bool:
    slot = call.booking.slot
    return call.booking.status == "booked" and slot is not None and now() < slot.starts_at


CALL_PAGE = ObjectPage(
    name="hotlines:call",
    template="education/hotlines/call.html",
    grant=READ_CALL,
    noun="call",
    rows=_calls,
    context=_call_context,
    actions={
        "dial": PageAction(
            grant=DIAL,
            service=services.dial_call,
            form=DialForm,
            is_open=_is_to_dial,
            title=_("Dial the number"),
            button=_("Record what happened"),
            doing=_("Recording…"),
        ),
        "end": PageAction(
            grant=DIAL,
            service=services.end_call,
            is_open=_is_connected,
            title=_("End the call"),
            button=_("The call is over"),
            doing=_("Recording…"),
        ),
        "cancel": PageAction(
            grant="education.cancel_call",
            service=services.cancel_call,
            form=CancelForm,
            is_open=_is_to_come,
            title=_("Cancel the call"),
            button=_("Cancel this call"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


@requires(OPEN)
def open_booth(request: SignedInRequest) -> HttpResponse:
    """Open a call booth at the own station."""
    station = counter_of(request.user, OPEN)
    start = {"opens_at": dt.time(16), "closes_at": dt.time(20), "weekdays": range(1, 8)}
    return form_page(
        request,
        operation=OPEN,
        form=BoothForm(request.POST or None, initial=start),
        service=partial(services.open_booth, station=station),
        then=to("hotlines:booths"),
        template="education/hotlines/open_booth.html",
        page=lambda: {"station": station},
        done=_("The booth is open."),
    )
