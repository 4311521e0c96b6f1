"""Pages of residents: find, register, look, correct, agree."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import load, may, requires
from core.days import day_in
from core.forms import PressForm, submit
from core.shell import address_of
from core.text import CONTROLS
from stations.network.models import Station
from stations.people import panels, services
from stations.people.forms import (
    CodeForm,
    ConsentForm,
    CorrectForm,
    HouseholdForm,
    MoveForm,
    RegisterForm,
    RevealForm,
)
from stations.people.history import PURPOSES, history_of, purpose_words
from stations.people.masking import mask_name, mask_national_phone
from stations.people.models import Consent, ConsentText, Household, Person, Reveal
from stations.people.phones import read_phone
from stations.people.queries import (
    ROWS,
    Found,
    QueryTooShort,
    Reach,
    age_on,
    find_people,
    found_people,
    likely_twins,
    members_of,
    must_be_posted,
    nearest_people,
    reach_of,
    text_of_the_day,
    texts_of_the_day,
    village_of,
)
from stations.people.services.consents import AGREES_FROM_AGE, giver_of
from stations.people.services.households import HouseholdUnknown
from stations.people.services.reveals import Field, NoLongerShown, shown_until, value_of
from stations.scope import post_reaching, posts_granting

LONGEST_QUERY = 120


# ---------------------------------------------------------------- find


@requires("stations.find_person")
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """One field finds residents. Short texts stand in the address, whole numbers never do."""
    asked = request.POST if request.method == "POST" else request.GET
    text = CONTROLS.sub("", asked.get("q", "")).strip()[:LONGEST_QUERY]
    scope = "county" if asked.get("scope") == "county" else "station"
    is_number = must_be_posted(text)
    if request.method == "POST" and not request.htmx and not is_number:
        return _to_address(text, scope)
    if request.method == "GET" and is_number:
        return _to_address("", scope)
    page = {"q": "" if is_number else text, "alike": False, **_found(request.user, text, scope)}
    response = render(request, "stations/people/find.html", page)
    if request.htmx:
        response["HX-Replace-Url"] = reverse("people:find") if is_number else _address(text, scope)
    return response


def _to_address(text: str, scope: str) -> HttpResponse:
    return _to(_address(text, scope))


def _to(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def _address(text: str, scope: str) -> str:
    asked = {"q": text, **({"scope": scope} if scope == "county" else {})}
    return f"{reverse('people:find')}?{urlencode(asked)}" if text else reverse("people:find")


def _found(user: Any, text: str, scope: str) -> dict[str, Any]:
    """What the page shows for a text: rows, or the nearest spellings, or why it is too short."""
    shown: dict[str, Any] = {
        "rows": [],
        "most": ROWS,
        "near": [],
        "too_short": "",
        "searched": False,
        "is_wide": scope == "county",
        "can_widen": scope != "county"
        and any(p.reach == "station" for p in posts_granting(user, "stations.find_person")),
        "can_register": may(user, "stations.register_person"),
        "county_address": _address(text, "county"),
        "new_address": _new_address(text),
    }
    if not text:
        return shown
    reach = reach_of(user, scope=scope)
    try:
        rows = _logged_search(text, reach, user)
    except QueryTooShort as refusal:
        return {**shown, "too_short": str(refusal)}
    if not rows and must_be_posted(text) and not reach.is_wide:
        # A whole number is in no address, so there is no link to widen it: whoever says it is standing here.
        rows = _logged_search(text, reach_of(user, scope="county"), user)
    shown["rows"] = _with_badges(rows, user)
    if not shown["rows"]:
        shown["near"] = nearest_people(text=text, reach=reach)
    alike = any(row.looks_alike for row in shown["rows"])
    return {**shown, "searched": True, "alike": alike}


def _logged_search(text: str, reach: Reach, user: Any) -> list[Found]:
    """A search; beyond the own station it leaves a row."""
    rows = find_people(text=text, reach=reach)
    if reach.counties:
        services.log_search(user=user, post=reach.post, at=now())
    return rows


def _works_at_a_station(user: Any) -> bool:
    return any(post.reach == "station" for post in posts_granting(user, "stations.find_person"))


def _with_badges(rows: list[Found], user: Any) -> list[Found]:
    badges = panels.badges_of([row.id for row in rows], user=user, at=now())
    return [replace(row, badges=[badges[row.id]]) if row.id in badges else row for row in rows]


def _new_address(text: str) -> str:
    """Register with what was typed: a name goes along, a number does not stand in an address."""
    known = {} if any(character.isdigit() for character in text) else {"name": text}
    return f"{reverse('people:new')}?{urlencode(known)}" if known and text else reverse("people:new")


# ---------------------------------------------------------------- register and correct


@requires("stations.register_person")
def new(request: HttpRequest) -> HttpResponse:
    """Register a walk-in: name, phone or none, and go on with what they came for."""
    stations = list(
        Station.objects.open_to(request.user, "stations.register_person").select_related("village", "county")[:20]
    )
    initial = {"full_name": CONTROLS.sub("", request.GET.get("name", ""))[:LONGEST_QUERY]}
    form = RegisterForm(request.POST or None, initial=initial, stations=stations)

    def run(data: dict[str, Any]) -> str:
        code = data.pop("station", "")
        station = next(each for each in stations if not code or each.code == code)
        person = services.register_person(station=station, by=request.user, at=now(), is_walk_in=True, **data)
        return reverse("people:person", args=[person.pk])

    if not stations:
        raise Http404
    outcome = submit(request, operation="stations.register_person", form=form, run=run)
    if outcome.done:
        return outcome.response
    similar = _similar(outcome, stations)
    page = {"form": outcome.form, "similar": similar, "stations": stations}
    return render(request, "stations/people/new.html", page, status=outcome.status)


def _similar(outcome: Any, stations: list[Station]) -> list[Found]:
    """Whom the person may be, when that is why nothing was done."""
    form = outcome.form
    if not form.is_bound or outcome.status != 409:
        return []
    form.ask_to_look()
    chosen = form.data.get("station", "")
    station = next(each for each in stations if not chosen or each.code == chosen)
    typed = form.cleaned_data
    person = Person(
        full_name=typed["full_name"],
        phone=read_phone(typed["phone"], station.county.country),
        birth_date=typed["birth_date"],
        home_station=station,
    )
    return found_people(likely_twins(person))


@requires("stations.edit_person")
def edit(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Correct what is known of a person."""
    person = _load(request, "stations.edit_person", person_id)
    initial = {
        "full_name": person.full_name,
        "sex": person.sex,
        "birth_date": person.birth_date,
        "residence": person.residence,
        "language": person.language,
    }
    form = CorrectForm(request.POST or None, initial=initial)
    if person.died_date:
        del form.fields["residence"]

    def run(data: dict[str, Any]) -> str:
        services.edit_person(person=person, by=request.user, at=now(), **data)
        return reverse("people:person", args=[person.pk])

    outcome = submit(request, operation="stations.edit_person", form=form, run=run)
    if outcome.done:
        return outcome.response
    return render(
        request, "stations/people/edit.html", {"form": outcome.form, **_frame(request, person)}, status=outcome.status
    )


# ---------------------------------------------------------------- one person


@requires("stations.read_person")
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Who it is, what waits here, what can be done, and the last ten things that happened."""
    who = _open(request, person_id)
    at = now()
    page = {
        **_frame(request, who),
        "waiting": panels.waiting_for(who, user=request.user, at=at),
        "again": panels.again_for(who, user=request.user, at=at),
        "actions": _actions(request.user, who),
        "latest": _latest(who, request.user),
    }
    return render(request, "stations/people/person.html", page)


@requires("stations.read_person")
def household(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Whom this person lives with."""
    who = _open(request, person_id)
    home = who.household
    members = list(members_of(home)) if home else []
    own = _frame(request, who)["is_own"]
    rows = [
        {
            "person": member.person,
            "name": member.person.full_name if own else mask_name(member.person.full_name),
            "phone": mask_national_phone(member.person.phone),
            "relation": member.get_relation_display(),
            "is_self": member.person_id == who.pk,
        }
        for member in members
    ]
    return render(request, "stations/people/household.html", {**_frame(request, who), "home": home, "rows": rows})


@requires("stations.register_person")
def new_household(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A new household of which this person is the head."""
    who = _load(request, "stations.edit_person", person_id)
    form = HouseholdForm(request.POST or None)

    def run(data: dict[str, Any]) -> str:
        services.register_household(
            station=who.home_station, village=village_of(who), head=who, by=request.user, at=now(), **data
        )
        return reverse("people:household", args=[who.pk])

    outcome = submit(request, operation="stations.register_person", form=form, run=run)
    if outcome.done:
        return outcome.response
    page = {"form": outcome.form, **_frame(request, who)}
    return render(request, "stations/people/new_household.html", page, status=outcome.status)


@requires("stations.edit_person")
def move(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Make this person a member of another household."""
    who = _load(request, "stations.edit_person", person_id)
    form = MoveForm(request.POST or None)

    def run(data: dict[str, Any]) -> str:
        homes = Household.objects.open_to(request.user, "stations.edit_person").select_related("home_station")
        home = homes.filter(number=data["number"].strip().upper()).first()
        if home is None:
            raise HouseholdUnknown(field="number")
        services.move_person(person=who, household=home, relation=data["relation"], by=request.user, at=now())
        return reverse("people:household", args=[who.pk])

    outcome = submit(request, operation="stations.edit_person", form=form, run=run)
    if outcome.done:
        return outcome.response
    page = {"form": outcome.form, **_frame(request, who)}
    return render(request, "stations/people/move.html", page, status=outcome.status)


@requires("stations.read_person")
def history(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Everything that happened to this record, and who did it."""
    who = _open(request, person_id)
    return render(request, "stations/people/history.html", {**_frame(request, who), "entries": history_of(who)})


# ---------------------------------------------------------------- phone, card


@requires("stations.confirm_phone")
def phone(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The code was read aloud: the phone is theirs."""
    who = _load(request, "stations.confirm_phone", person_id)
    form = CodeForm(request.POST or None)

    def run(data: dict[str, Any]) -> str:
        services.confirm_phone(person=who, code=data["code"], by=request.user, at=now())
        return reverse("people:person", args=[who.pk])

    outcome = submit(request, operation="stations.confirm_phone", form=form, run=run)
    if outcome.done:
        return outcome.response
    page = {
        "form": outcome.form,
        "send": PressForm(),
        "sent": request.GET.get("sent") == "1",
        **_frame(request, who),
    }
    return render(request, "stations/people/phone.html", page, status=outcome.status)


@requires("stations.send_phone_code")
@require_http_methods(["POST"])
def send_code(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Send the code that confirms the phone."""
    who = _load(request, "stations.send_phone_code", person_id)

    def run(data: dict[str, Any]) -> str:
        services.send_phone_code(person=who, by=request.user, at=now())
        return reverse("people:phone", args=[who.pk]) + "?sent=1"

    outcome = submit(request, operation="stations.send_phone_code", form=PressForm(request.POST), run=run)
    if outcome.done:
        return outcome.response
    page = {"form": CodeForm(), "send": outcome.form, **_frame(request, who)}
    return render(request, "stations/people/phone.html", page, status=outcome.status)


# ---------------------------------------------------------------- consents


@requires("stations.read_person")
def consents(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What this person agreed to, purpose by purpose."""
    who = _open(request, person_id)
    day = day_in(who.home_station.zone, now())
    given = {consent.purpose: consent for consent in who.consents.filter(withdrawn_at=None)}
    rows = [
        {
            "purpose": text.purpose,
            "words": purpose_words(text.purpose),
            "consent": given.get(text.purpose),
            "href": reverse("people:consent", args=[who.pk, text.purpose]),
        }
        for text in sorted(texts_of_the_day(language=who.language, day=day), key=_usual_order)
    ]
    page = {**_frame(request, who), "rows": rows, "can_record": may(request.user, "stations.record_consent")}
    return render(request, "stations/people/consents.html", page)


def _usual_order(text: Any) -> int:
    """What is asked of everybody first; purposes that are new data only, last."""
    return list(PURPOSES).index(text.purpose) if text.purpose in PURPOSES else len(PURPOSES)


@requires("stations.record_consent")
def consent(request: HttpRequest, person_id: UUID, purpose: str) -> HttpResponse:
    """The text to read aloud, and how the person agrees; or the end of what they agreed to."""
    who = _load(request, "stations.record_consent", person_id)
    day = day_in(who.home_station.zone, now())
    text = text_of_the_day(purpose=purpose, language=who.language, day=day)
    if text is None:
        raise Http404
    form = ConsentForm(request.POST or None, initial={"text": text.pk})

    def run(data: dict[str, Any]) -> str:
        read = ConsentText.objects.filter(purpose=purpose, pk=data.pop("text") or text.pk).first() or text
        services.record_consent(person=who, text=read, station=who.home_station, by=request.user, at=now(), **data)
        return reverse("people:consents", args=[who.pk])

    outcome = submit(request, operation="stations.record_consent", form=form, run=run)
    if outcome.done:
        return outcome.response
    outcome.form.read_anew(text)
    return _consent_page(request, who, text, form=outcome.form, status=outcome.status)


@requires("stations.record_consent")
@require_http_methods(["POST"])
def send_consent_code(request: HttpRequest, person_id: UUID, purpose: str) -> HttpResponse:
    """Send the code to whoever agrees: the person, or a child's guardian."""
    who = _load(request, "stations.record_consent", person_id)
    day = day_in(who.home_station.zone, now())
    text = text_of_the_day(purpose=purpose, language=who.language, day=day)
    if text is None:
        raise Http404

    def run(data: dict[str, Any]) -> str:
        services.send_consent_code(person=giver_of(who, day=day), by=request.user, at=now())
        return reverse("people:consent", args=[who.pk, purpose]) + "?sent=1"

    outcome = submit(request, operation="stations.record_consent", form=PressForm(request.POST), run=run)
    if outcome.done:
        return outcome.response
    form = ConsentForm(initial={"text": text.pk, "manner": Consent.Manner.CODE})
    return _consent_page(request, who, text, form=form, send=outcome.form, status=outcome.status)


def _consent_page(request: HttpRequest, who: Person, text: ConsentText, *, status: int, **forms: Any) -> HttpResponse:
    age = age_on(who.birth_date, day_in(who.home_station.zone, now()))
    page = {
        **_frame(request, who),
        "withdraw": PressForm(),
        "send": PressForm(),
        "sent": request.GET.get("sent") == "1",
        "text": text,
        "words": purpose_words(text.purpose),
        "given": who.consents.filter(purpose=text.purpose, withdrawn_at=None).first(),
        "needs_guardian": age is not None and age < AGREES_FROM_AGE,
        **forms,
    }
    return render(request, "stations/people/consent.html", page, status=status)


@requires("stations.withdraw_consent")
@require_http_methods(["POST"])
def withdraw(request: HttpRequest, consent_id: int) -> HttpResponse:
    """End a consent at the person's word."""
    rows = Consent.objects.select_related("person", "station__county")
    given = load(rows, request.user, "stations.withdraw_consent", pk=consent_id)

    def run(data: dict[str, Any]) -> str:
        services.withdraw_consent(consent=given, by=request.user, at=now())
        return reverse("people:consents", args=[given.person_id])

    outcome = submit(request, operation="stations.withdraw_consent", form=PressForm(request.POST), run=run)
    if outcome.done:
        return outcome.response
    for why in outcome.form.non_field_errors():
        messages.error(request, why)
    return _to(reverse("people:consents", args=[given.person_id]))


# ---------------------------------------------------------------- reveals


@requires("stations.reveal_person")
def reveal(request: HttpRequest, person_id: UUID, field: str) -> HttpResponse:
    """Say why a hidden field must be seen."""
    if field not in Field.values:
        raise Http404
    who = _load(request, "stations.reveal_person", person_id)
    form = RevealForm(request.POST or None)

    def run(data: dict[str, Any]) -> str:
        post = post_reaching(request.user, "stations.reveal_person", who.home_station)
        opened = services.reveal_person(person=who, field=field, user=request.user, post=post, at=now(), **data)
        return reverse("people:revealed", args=[opened.pk])

    outcome = submit(request, operation="stations.reveal_person", form=form, run=run)
    if outcome.done:
        return outcome.response
    page = {"form": outcome.form, "field": Field(field).label, **_frame(request, who)}
    return render(request, "stations/people/reveal.html", page, status=outcome.status)


@requires("stations.reveal_person")
def revealed(request: HttpRequest, reveal_id: int) -> HttpResponse:
    """The value, for the rest of its minute and to whoever asked for it; then the person's page again."""
    opened = get_object_or_404(Reveal.objects.select_related("person"), pk=reveal_id, user=request.user)
    who = _load(request, "stations.reveal_person", opened.person_id)
    back = reverse("people:person", args=[who.pk])
    at = now()
    try:
        value = value_of(opened, at=at)
    except NoLongerShown:
        return HttpResponseRedirect(back)
    left = max(1, int((shown_until(opened) - at).total_seconds()))
    page = {"value": value, "field": Field(opened.field).label, "left": left, **_frame(request, who)}
    response = render(request, "stations/people/revealed.html", page)
    # Works without scripts: the browser itself leaves the page when the minute is over.
    response["Refresh"] = f"{left}; url={back}"
    return response


# ---------------------------------------------------------------- shared


def _load(request: HttpRequest, verb: str, person_id: UUID) -> Person:
    """The person; a stranger's attempt is written down before it is told 404."""
    people = Person.objects.living().select_related(
        "home_station__village", "home_station__county", "village", "household__head", "household__village"
    )
    try:
        return load(people, request.user, verb, pk=person_id)
    except Http404:
        services.log_refused_read(user=request.user, person_id=person_id, at=now())
        raise


def _open(request: HttpRequest, person_id: UUID) -> Person:
    """Read a person; beyond the own station the reading leaves a row."""
    who = _load(request, "stations.read_person", person_id)
    if not _is_own(request.user, who):
        post = post_reaching(request.user, "stations.read_person", who.home_station)
        services.log_read(user=request.user, person=who, what="person", at=now(), post=post)
    return who


def _is_own(user: Any, who: Person) -> bool:
    return any(post.station_id == who.home_station_id for post in posts_granting(user, "stations.edit_person"))


def _frame(request: HttpRequest, who: Person) -> dict[str, Any]:
    """What every page of one person shows: the name opens with the person at their own station, else masked."""
    user, own, home = request.user, _is_own(request.user, who), who.household
    names = ("person", "household", "consents", "history")
    words = (_("Overview"), _("Household"), _("Consents"), _("History"))
    current = request.resolver_match.url_name
    return {
        "who": who,
        "is_own": own,
        "name": who.full_name if own else mask_name(who.full_name),
        "phone": mask_national_phone(who.phone),
        "born": who.birth_date.year if who.birth_date else "",
        "village": village_of(who).short_name,
        "head": mask_name(home.head.full_name) if home and home.head else "",
        "house_number": home.house_number if home else "",
        "has_id_number": who.id_cipher is not None,
        "can_edit": own and may(user, "stations.edit_person"),
        "can_reveal": post_reaching(user, "stations.reveal_person", who.home_station) is not None,
        "can_confirm": own and bool(who.phone) and not who.phone_verified_at,
        "tabs": [
            (word, reverse(f"people:{name}", args=[who.pk]), name == current)
            for name, word in zip(names, words, strict=True)
        ],
        "back": reverse("people:person", args=[who.pk]),
    }


def _actions(user: Any, who: Person) -> list[dict[str, Any]]:
    """The large buttons of the verbs that this reader holds, once their pages exist."""
    found = [(action, address_of(action.url_name)) for action in panels.ACTIONS if may(user, action.requires)]
    return [
        {"label": action.label, "icon": action.icon, "href": f"{href}?{urlencode({'person': who.pk})}"}
        for action, href in found
        if href
    ]


def _latest(who: Person, user: Any) -> list[Any]:
    entries = [*panels.latest_of(who, user=user), *history_of(who, limit=10)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:10]
