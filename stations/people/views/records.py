"""Residents registered, corrected, looked at."""

import datetime as dt
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from core.access import may, requires
from core.days import day_in
from core.forms import Outcome, PressForm
from core.language.text import CONTROLS
from core.web.page_actions import form_page, page_of, send_form, to
from core.web.pagination import link_to_position, position
from core.web.shell import address_of
from stations.accounts.models import User
from stations.hooks import ACTIONS
from stations.network.models import Station
from stations.people import person_page, services
from stations.people.forms import (
    CorrectForm,
    HouseholdForm,
    MoveForm,
    RegisterForm,
    SettleForm,
)
from stations.people.history import history_of, history_page
from stations.people.masking import mask_name, mask_national_phone
from stations.people.models import Household, Person
from stations.people.phones import read_phone
from stations.people.queries import (
    Found,
    found_people,
    likely_twins,
    may_at_home,
    members_of,
    merged_into,
    serves,
    village_of,
    villages_for,
)
from stations.people.services.households import HouseholdUnknown
from stations.people.views.finding import LONGEST_QUERY
from stations.people.views.shared import frame_of, go_to, load_person
from stations.requests import SignedInRequest


@requires("stations.register_person")
def new(request: SignedInRequest) -> HttpResponse:
    """Register a walk-in: name, phone or none, and go on with what they came for."""
    stations = list(
        Station.objects.open_to(request.user, "stations.register_person").select_related("village", "county")[:20]
    )
    initial = {"full_name": CONTROLS.sub("", request.GET.get("name", ""))[:LONGEST_QUERY]}
    if not stations:
        raise Http404

    def again(outcome: Outcome[RegisterForm]) -> HttpResponse:
        page = {"similar": _similar(outcome), "form": outcome.form, "stations": stations}
        return render(request, "stations/people/new.html", page, status=outcome.status)

    return send_form(
        request,
        operation="stations.register_person",
        form=RegisterForm(request.POST or None, initial=initial, stations=stations),
        service=partial(_register, stations),
        then=page_of("people:person"),
        again=again,
    )


def _register(stations: list[Station], *, station: str = "", by: User, at: dt.datetime, **told: Any) -> Person:
    """At the chosen one of one's own stations; only one is not asked for."""
    chosen = next(each for each in stations if not station or each.code == station)
    return services.register_person(station=chosen, by=by, at=at, is_walk_in=True, **told)


def _similar(outcome: Outcome[RegisterForm]) -> list[Found]:
    """Whom the person may be, when that is why nothing was done."""
    form = outcome.form
    if not form.is_bound or outcome.status != 409:
        return []
    form.ask_to_look()
    station = form.chosen_station()
    typed = form.cleaned_data
    person = Person(
        full_name=typed["full_name"],
        phone=read_phone(typed["phone"], station.county.country),
        birth_date=typed["birth_date"],
        home_station=station,
    )
    return found_people(likely_twins(person))


@requires("stations.edit_person", one_object=True)
def edit(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """Correct what is known of a person."""
    person = load_person(request, "stations.edit_person", person_id)
    initial = {
        "full_name": person.full_name,
        "sex": person.sex,
        "birth_date": person.birth_date,
        "residence": person.residence,
        "language": person.language,
    }
    form = CorrectForm(request.POST or None, initial=initial, person=person)
    form.leave_out(dead=person.died_date is not None, hidden=not serves(request.user, person.home_station_id))
    return form_page(
        request,
        operation="stations.edit_person",
        form=form,
        service=partial(services.edit_person, person=person),
        then=to("people:person", person.pk),
        template="stations/people/edit.html",
        page=lambda: frame_of(request, person),
    )


@requires("stations.read_person", one_object=True)
def person(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """Who it is, what waits here, what can be done, and the last ten things that happened."""
    if (kept := merged_into(person_id)) is not None:
        return go_to(reverse("people:person", args=[load_person(request, "stations.read_person", kept).pk]))
    who = load_person(request, "stations.read_person", person_id)
    at = now()
    page = {
        **frame_of(request, who),
        "waiting": person_page.waiting_for(who, user=request.user, at=at),
        "again": person_page.again_for(who, user=request.user, at=at),
        "actions": _actions(request.user, who),
        "latest": _latest(who, request.user),
        "taking_up": PressForm() if who.archived_at and _may_take_up(request.user, who) else None,
    }
    return render(request, "stations/people/person.html", page)


@requires("stations.read_person", one_object=True)
def household(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """Whom this person lives with."""
    who = load_person(request, "stations.read_person", person_id)
    home = who.household
    members = list(members_of(home)) if home else []
    own = serves(request.user, who.home_station_id)
    rows = [
        {
            "person": member.person,
            "name": member.person.full_name if own else mask_name(member.person.full_name),
            "phone": mask_national_phone(member.person.phone),
            "relation": member.get_relation_display(),
            "is_self": member.person_id == who.pk,
            "is_head": home is not None and member.person_id == home.head_id,
        }
        for member in members
    ]
    return render(request, "stations/people/household.html", {**frame_of(request, who), "home": home, "rows": rows})


@requires("stations.register_person", one_object=True)
def new_household(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """A new household of which this person is the head."""
    who = load_person(request, "stations.register_person", person_id)
    return form_page(
        request,
        operation="stations.register_person",
        form=HouseholdForm(request.POST or None),
        service=partial(services.register_household, station=who.home_station, village=village_of(who), head=who),
        then=to("people:household", who.pk),
        template="stations/people/new_household.html",
        page=lambda: frame_of(request, who),
    )


@requires("stations.edit_person", one_object=True)
def move(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """Make this person a member of another household."""
    who = load_person(request, "stations.edit_person", person_id)
    return form_page(
        request,
        operation="stations.edit_person",
        form=MoveForm(request.POST or None),
        service=partial(_move, who),
        then=to("people:household", who.pk),
        template="stations/people/move.html",
        page=lambda: frame_of(request, who),
    )


def _move(who: Person, *, number: str, relation: str, by: User, at: dt.datetime) -> Any:
    """Into the household of this number, which has to be within the reader's reach."""
    homes = Household.objects.open_to(by, "stations.edit_person").select_related("home_station")
    home = homes.filter(number=number.strip().upper()).first()
    if home is None:
        raise HouseholdUnknown(field="number")
    return services.move_person(person=who, household=home, relation=relation, by=by, at=at)


@requires("stations.edit_person", one_object=True)
def name_head(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """Make this person the head of the household they live in."""
    who = load_person(request, "stations.edit_person", person_id)
    home = who.household
    if home is None:
        raise Http404
    return form_page(
        request,
        operation="stations.name_head",
        form=PressForm(request.POST or None),
        service=partial(services.name_head, household=home, person=who),
        then=to("people:household", who.pk),
        template="stations/people/name_head.html",
        page=lambda: {"home": home, **frame_of(request, who)},
    )


@requires("stations.edit_person", one_object=True)
def settle(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """In which village the household lives: the parts of one that was split come first."""
    who = load_person(request, "stations.edit_person", person_id)
    home = who.household
    if home is None:
        raise Http404
    villages = villages_for(home, day_in(who.home_station.zone, now()))

    def settle_in(*, village: str, by: User, at: dt.datetime) -> None:
        chosen = next(each for each in villages if str(each.pk) == village)
        services.settle_household(household=home, village=chosen, by=by, at=at)

    return form_page(
        request,
        operation="stations.settle_household",
        form=SettleForm(villages, request.POST or None, initial={"village": str(home.village_id)}),
        service=settle_in,
        then=to("people:household", who.pk),
        template="stations/people/settle.html",
        page=lambda: {"home": home, **frame_of(request, who)},
    )


@requires("stations.take_up_person", one_object=True)
@require_POST
def take_up(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """A record that was set aside is at hand again."""
    who = load_person(request, "stations.take_up_person", person_id)
    back = to("people:person", who.pk)
    return send_form(
        request,
        operation="stations.take_up_person",
        form=PressForm(request.POST),
        service=partial(services.take_up_person, person=who),
        then=back,
        again=lambda _outcome: go_to(back(who)),
    )


@requires("stations.read_person", one_object=True)
def history(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """Everything that happened to this record, and who did it, in pages."""
    who = load_person(request, "stations.read_person", person_id)
    start = int(position(request, "before") or 0)
    shown = history_page(who, before=start)
    page = {
        **frame_of(request, who),
        "entries": shown.entries,
        "older": link_to_position(request, "before", shown.older) if shown.older else "",
        "newer": request.path if start else "",
    }
    return render(request, "stations/people/history.html", page)


def _may_take_up(user: User, who: Person) -> bool:
    return may_at_home(user, "stations.take_up_person", who.home_station)


def _actions(user: User, who: Person) -> list[dict[str, Any]]:
    """The large buttons of the verbs that this reader holds, once their pages exist."""
    found = [(action, address_of(action.url_name)) for action in ACTIONS if may(user, action.requires)]
    return [
        {"label": action.label, "icon": action.icon, "href": f"{href}?{urlencode({'person': who.pk})}"}
        for action, href in found
        if href
    ]


def _latest(who: Person, user: User) -> list[Any]:
    entries = [*person_page.latest_of(who, user=user), *history_of(who, limit=10)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:10]
