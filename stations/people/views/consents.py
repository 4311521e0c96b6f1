"""What residents agree to, and codes to their phones."""

import datetime as dt
from functools import partial
from typing import Any, BinaryIO
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from core.access import load, requires
from core.days import day_in
from core.files.services import store_photo
from core.forms import Outcome, PressForm
from core.web.page_actions import form_page, send_form, to
from stations.accounts.models import User
from stations.people import services
from stations.people.forms import (
    CodeForm,
    ConsentForm,
)
from stations.people.history import PURPOSES, purpose_words
from stations.people.models import Consent, ConsentText, Person
from stations.people.queries import (
    is_surely,
    may_at_home,
    text_of_the_day,
    texts_of_the_day,
)
from stations.people.services.consents import giver_of
from stations.people.views.shared import frame_of, go_to, load_person
from stations.requests import SignedInRequest


@requires("stations.confirm_phone", one_object=True)
def phone(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """The code was read aloud: the phone is theirs."""
    who = load_person(request, "stations.confirm_phone", person_id)
    return form_page(
        request,
        operation="stations.confirm_phone",
        form=CodeForm(request.POST or None),
        service=partial(services.confirm_phone, person=who),
        then=to("people:person", who.pk),
        template="stations/people/phone.html",
        page=lambda: {
            "send": PressForm(),
            "sent": request.GET.get("sent") == "1",
            **frame_of(request, who),
        },
    )


@requires("stations.send_phone_code", one_object=True)
@require_http_methods(["POST"])
def send_code(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """Send the code that confirms the phone."""
    who = load_person(request, "stations.send_phone_code", person_id)

    def again(outcome: Outcome[PressForm]) -> HttpResponse:
        page = {"form": CodeForm(), "send": outcome.form, **frame_of(request, who)}
        return render(request, "stations/people/phone.html", page, status=outcome.status)

    return send_form(
        request,
        operation="stations.send_phone_code",
        form=PressForm(request.POST),
        service=partial(services.send_phone_code, person=who),
        then=lambda _made: reverse("people:phone", args=[who.pk]) + "?sent=1",
        again=again,
    )


@requires("stations.read_person", one_object=True)
def consents(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """What this person agreed to, purpose by purpose."""
    who = load_person(request, "stations.read_person", person_id)
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
    page = {
        **frame_of(request, who),
        "rows": rows,
        "can_record": may_at_home(request.user, "stations.record_consent", who.home_station),
    }
    return render(request, "stations/people/consents.html", page)


def _usual_order(text: Any) -> int:
    """What is asked of everybody first; purposes that are new data only, last."""
    return list(PURPOSES).index(text.purpose) if text.purpose in PURPOSES else len(PURPOSES)


@requires("stations.record_consent", one_object=True)
def consent(request: SignedInRequest, person_id: UUID, purpose: str) -> HttpResponse:
    """The text to read aloud, and how the person agrees; or the end of what they agreed to."""
    who = load_person(request, "stations.record_consent", person_id)
    day = day_in(who.home_station.zone, now())
    text = text_of_the_day(purpose=purpose, language=who.language, day=day)
    if text is None:
        raise Http404

    def again(outcome: Outcome[ConsentForm]) -> HttpResponse:
        outcome.form.read_anew(text)
        return _consent_page(request, who, text, form=outcome.form, status=outcome.status)

    return send_form(
        request,
        operation="stations.record_consent",
        form=ConsentForm(request.POST or None, request.FILES or None, initial={"text": text.pk}),
        service=partial(_record, who, text),
        then=to("people:consents", who.pk),
        again=again,
    )


def _record(
    who: Person,
    shown: ConsentText,
    *,
    text: int | None,
    manner: str,
    code: str,
    photo: BinaryIO | None,
    by: User,
    at: dt.datetime,
) -> Consent:
    """`text` is what stood on the page; `shown` is the text of the day."""
    read = ConsentText.objects.filter(purpose=shown.purpose, pk=text or shown.pk).first() or shown
    evidence = store_photo(upload=photo, by=by.pk, at=at, field="photo") if photo else None
    return services.record_consent(
        person=who, text=read, station=who.home_station, manner=manner, code=code, evidence=evidence, by=by, at=at
    )


@requires("stations.record_consent", one_object=True)
@require_http_methods(["POST"])
def send_consent_code(request: SignedInRequest, person_id: UUID, purpose: str) -> HttpResponse:
    """Send the code to the one who agrees: the person, or a child's guardian."""
    who = load_person(request, "stations.record_consent", person_id)
    day = day_in(who.home_station.zone, now())
    text = text_of_the_day(purpose=purpose, language=who.language, day=day)
    if text is None:
        raise Http404

    def again(outcome: Outcome[PressForm]) -> HttpResponse:
        form = ConsentForm(initial={"text": text.pk, "manner": Consent.Manner.CODE})
        return _consent_page(request, who, text, form=form, send=outcome.form, status=outcome.status)

    return send_form(
        request,
        operation="stations.record_consent",
        form=PressForm(request.POST),
        service=partial(_send_code, who, text, day),
        then=lambda _made: reverse("people:consent", args=[who.pk, purpose]) + "?sent=1",
        again=again,
    )


def _send_code(who: Person, text: ConsentText, day: dt.date, *, by: User, at: dt.datetime) -> None:
    giver = giver_of(who, day=day, from_age=text.agrees_from_age)
    services.send_consent_code(person=giver, agrees_to=text.purpose, child=who, by=by, at=at)


def _consent_page(
    request: SignedInRequest, who: Person, text: ConsentText, *, status: int, **forms: Any
) -> HttpResponse:
    day = day_in(who.home_station.zone, now())
    page = {
        **frame_of(request, who),
        "withdraw": PressForm(),
        "send": PressForm(),
        "sent": request.GET.get("sent") == "1",
        "text": text,
        "words": purpose_words(text.purpose),
        "given": who.consents.filter(purpose=text.purpose, withdrawn_at=None).first(),
        "needs_guardian": who.birth_date is not None and not is_surely(who, text.agrees_from_age, day),
        **forms,
    }
    return render(request, "stations/people/consent.html", page, status=status)


@requires("stations.withdraw_consent", one_object=True)
@require_http_methods(["POST"])
def withdraw(request: SignedInRequest, consent_id: int) -> HttpResponse:
    """End a consent at the person's word."""
    rows = Consent.objects.select_related("person", "station__county")
    given = load(rows, request.user, "stations.withdraw_consent", pk=consent_id)
    back = to("people:consents", given.person_id)

    def again(outcome: Outcome[PressForm]) -> HttpResponse:
        for why in outcome.form.non_field_errors():
            messages.error(request, str(why))
        return go_to(back(given))

    return send_form(
        request,
        operation="stations.withdraw_consent",
        form=PressForm(request.POST),
        service=partial(services.withdraw_consent, consent=given),
        then=back,
        again=again,
    )
