"""What a person may ask of us, at the counter."""

import datetime as dt
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import load, may, requires
from core.forms import KeyedForm, Outcome, PressForm
from core.web.page_actions import send_form, to
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.views.shared import frame_of, go_to, load_person
from stations.requests import SignedInRequest
from stations.rights import services
from stations.rights.forms import ErasureForm
from stations.rights.models import PersonRequest
from stations.rights.services.requests import obligations_of

EXPORT, ERASE = "stations.request_export", "stations.request_erasure"
LOOKS = {"open": "wait", "done": "ok", "withdrawn": "info"}


@requires(EXPORT, one_object=True)
def rights(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """What was asked for, and what may be asked for."""
    return _shown(request, load_person(request, EXPORT, person_id))


@requires(EXPORT, one_object=True)
@require_POST
def export(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """Ask for a copy of everything."""
    who = load_person(request, EXPORT, person_id)
    return send_form(
        request,
        operation=EXPORT,
        form=PressForm(request.POST),
        service=partial(services.request_export, person=who),
        then=to("rights:rights", who.pk),
        again=lambda outcome: _shown(request, who, export=outcome.form, status=outcome.status),
        done=_("The copy is being prepared. It appears here within a day."),
    )


@requires(ERASE, one_object=True)
@require_POST
def erase(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """Ask to be forgotten."""
    who = load_person(request, ERASE, person_id)
    return send_form(
        request,
        operation=ERASE,
        form=ErasureForm(request.POST),
        service=partial(_request_erasure, who),
        then=to("rights:rights", who.pk),
        again=lambda outcome: _shown(request, who, erase=outcome.form, status=outcome.status),
        done=_("Requested. The data is erased in 3 days, unless the person changes their mind."),
    )


@requires(ERASE, one_object=True)
@require_POST
def withdraw(request: SignedInRequest, request_id: int) -> HttpResponse:
    """The person thought again."""
    asked = load(PersonRequest.objects.select_related("person"), request.user, ERASE, pk=request_id)
    back = to("rights:rights", asked.person_id)

    def again(outcome: Outcome[PressForm]) -> HttpResponse:
        for why in outcome.form.non_field_errors():
            messages.error(request, str(why))
        return go_to(back(asked))

    return send_form(
        request,
        operation="stations.withdraw_erasure",
        form=PressForm(request.POST),
        service=partial(services.withdraw_erasure, request=asked),
        then=back,
        again=again,
    )


def _request_erasure(who: Person, *, understood: bool, by: User, at: dt.datetime) -> PersonRequest:
    """What the box says has been read aloud; the service asks for no more than the press."""
    return services.request_erasure(person=who, by=by, at=at)


def _shown(request: SignedInRequest, who: Person, *, status: int = 200, **forms: KeyedForm) -> HttpResponse:
    asked = list(who.requests.select_related("file").order_by("-pk")[:20])
    page = {
        **frame_of(request, who),
        "rows": [(row, LOOKS[row.status]) for row in asked],
        "standing": next((row for row in asked if row.kind == "erasure" and row.status == "open"), None),
        "in_the_way": obligations_of(who),
        "may_erase": may(request.user, ERASE),
        "export": PressForm(),
        "erase": ErasureForm(),
        "withdraw": PressForm(),
        **forms,
    }
    return render(request, "stations/rights/rights.html", page, status=status)
