"""What a station showed: how many people, who of them agreed to be named, and the photo."""

import datetime as dt
import uuid
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timezone import localtime, now
from django.utils.translation import gettext_lazy as _

from core.access import load
from core.errors import Refused
from core.web.page_actions import ObjectPage, PageAction
from health.promotion import services
from health.promotion.display import EVENT_KINDS, event_words
from health.promotion.forms import NameForm, WhyForm, person_in
from health.promotion.loading import load_event_or_log
from health.promotion.machine import EVENT
from health.promotion.models import PromotionEvent, Reach
from health.promotion.models.events import READ_EVENT, SIGN_IN
from health.promotion.queries import events, meant_by, names_at
from health.promotion.services.recording import CONSENT
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.people.masking import mask_name
from stations.people.models import Person
from stations.people.queries import serves, text_of_the_day
from stations.people.refused_reads import load_or_log
from stations.people.services import log_reads
from stations.requests import SignedInRequest, signed_in

LOOK = "health_event"


def _people() -> QuerySet[Person]:
    return Person.objects.living().select_related("home_station__county")


def _name_for(user: User, person: Person) -> str:
    return person.full_name if serves(user, person.home_station_id) else mask_name(person.full_name)


def _context(request: SignedInRequest, found: PromotionEvent) -> dict[str, Any]:
    named, chosen, meant = names_at(found), _chosen(request), _meant(request)
    people = [each.resident for each in named] + meant + ([chosen] if chosen else [])
    log_reads(user=request.user, people=people, what=LOOK, at=now())
    text = text_of_the_day(purpose=CONSENT, language=request.user.language, day=timezone.localdate())
    return {
        "event": found,
        "kind": EVENT_KINDS[PromotionEvent.Status(found.status)],
        "words": event_words(found),
        "named": [(_name_for(request.user, each.resident), localtime(each.signed_in_at)) for each in named],
        "chosen": chosen,
        "chosen_name": _name_for(request.user, chosen) if chosen else "",
        "meant": [(_name_for(request.user, each), str(each.pk)) for each in meant],
        "to_read_out": text.body if text else "",
        "history": history_of(found),
    }


def _chosen(request: SignedInRequest) -> Person | None:
    """The person of the address, for whom one press is left; after a refused press still the same one."""
    wanted = person_in(request.POST.get("person") or request.GET.get("person", ""))
    if wanted is None:
        return None
    return load_or_log(_people(), request.user, "stations.read_person", resident="pk", pk=wanted)


def _meant(request: SignedInRequest) -> list[Person]:
    """Whom the refused text may have meant."""
    try:
        return meant_by(request.POST["code"], request.user) if request.POST.get("code") else []
    except Refused:
        return []


def _sign(
    *, event: PromotionEvent, code: str, person: UUID | None, manner: str, key: str, by: User, at: dt.datetime
) -> Reach:
    if person is None:
        resident = services.resident_meant(typed=code, by=by)
    else:
        resident = load(_people(), by, "stations.read_person", pk=person)
    op_id = uuid.uuid5(resident.pk, f"{event.pk}:{key}")
    return services.sign_in_resident(event=event, resident=resident, op_id=op_id, manner=manner, by=by, at=at)


def _sign_form(request: SignedInRequest, _found: PromotionEvent) -> dict[str, Any]:
    return {"initial": {"person": request.GET.get("person") or None}}


class _EventPage(ObjectPage):
    """Loads an event so that a refused attempt is logged."""

    def load(self, request: HttpRequest, verb: str, pk: UUID) -> PromotionEvent:
        return load_event_or_log(signed_in(request), verb, pk)


EVENT_PAGE = _EventPage(
    name="promotion:event",
    template="health/promotion/event.html",
    grant=READ_EVENT,
    noun="event",
    rows=events,
    context=_context,
    machine=EVENT,
    actions={
        "add-name": PageAction(
            grant=SIGN_IN,
            service=_sign,
            form=NameForm,
            form_kwargs=_sign_form,
            arrow="sign_in_resident",
            title=_("Name someone who was there"),
            button=_("Record the name"),
            doing=_("Recording…"),
            done=_("The name is recorded."),
        ),
        "withdraw": PageAction(
            grant="health.withdraw_promotion_event",
            service=services.withdraw_event,
            form=WhyForm,
            arrow="withdraw_event",
            title=_("Recorded by mistake"),
            button=_("Mark it as a mistake"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)
