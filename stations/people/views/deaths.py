"""A death is written down, and taken back where it was wrong."""

import datetime as dt
from functools import partial
from typing import BinaryIO
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import requires
from core.files.services import store_photo
from core.web.page_actions import form_page, to
from stations.accounts.models import User
from stations.people import services
from stations.people.forms import DeathForm, UndoDeathForm
from stations.people.models import Person
from stations.people.views.shared import frame_of, go_to, load_person
from stations.requests import SignedInRequest

VERB, UNDO = "stations.record_death", "stations.undo_death"


@requires(VERB, one_object=True)
def death(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """The day and the paper; household, guardianships and card follow."""
    who = load_person(request, VERB, person_id)
    return form_page(
        request,
        operation=VERB,
        form=DeathForm(request.POST or None, request.FILES or None),
        service=partial(_record, who),
        then=to("people:person", who.pk),
        template="stations/people/death.html",
        page=lambda: {
            **frame_of(request, who),
            "is_head": bool(who.household and who.household.head_id == who.pk),
        },
        done=_("Death recorded."),
    )


def _record(who: Person, *, died_date: dt.date, photo: BinaryIO | None, by: User, at: dt.datetime) -> None:
    evidence = store_photo(upload=photo, by=by.pk, at=at, field="photo") if photo else None
    services.record_death(person=who, died_date=died_date, evidence=evidence, by=by, at=at)


@requires(UNDO, one_object=True)
def undo_death(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """What goes on again, and why it was wrong."""
    who = load_person(request, UNDO, person_id)
    death = who.deaths.filter(undone_at=None).select_related("recorded_by").first()
    if death is None:
        return go_to(reverse("people:person", args=[who.pk]))
    return form_page(
        request,
        operation=UNDO,
        form=UndoDeathForm(request.POST or None),
        service=partial(services.undo_death, person=who),
        then=to("people:person", who.pk),
        template="stations/people/undo_death.html",
        page=lambda: {**frame_of(request, who), "death": death},
        done=_("Death record withdrawn. The person needs a new card."),
    )
