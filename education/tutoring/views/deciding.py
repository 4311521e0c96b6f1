"""A lesson about which the county decides: the tutor, the station, the day and the money; not who learns in it."""

from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.database.db import present
from core.web.page_actions import ObjectPage, PageAction
from education.tutoring import services
from education.tutoring.display import status_of_lesson, stipend_words, time_words, words_of_lesson
from education.tutoring.forms import DecideForm
from education.tutoring.models import TutoringSession
from education.tutoring.models.lessons import DECIDE_TUTORING
from education.tutoring.queries import before_the_county
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.people.masking import mask_name
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person


def _lessons() -> QuerySet[TutoringSession]:
    return before_the_county(at=now())


def _context(_request: SignedInRequest, found: TutoringSession) -> dict[str, Any]:
    zone, slot = found.booking.session.resource.zone, present(found.booking.slot)
    return {
        "lesson": found,
        "kind": status_of_lesson(found),
        "words": words_of_lesson(found),
        "time": time_words(zone, slot.starts_at),
        "tutor": mask_name(found.tutor.person.full_name),
        "stipend": stipend_words(found),
        "history": history_of(found),
    }


def _can_decide(found: TutoringSession, user: User) -> bool:
    """Neither the tutor nor who contested it, and once."""
    waits = TutoringSession.objects.undecided(at=now()).filter(pk=found.pk).exists()
    return waits and not is_same_person(user, found.tutor.person_id, found.contested_by_id)


DECISION_PAGE = ObjectPage(
    name="tutoring:contested",
    template="education/tutoring/contested.html",
    grant=DECIDE_TUTORING,
    noun="session",
    rows=_lessons,
    context=_context,
    actions={
        "decide": PageAction(
            grant=DECIDE_TUTORING,
            service=services.decide_tutoring,
            form=DecideForm,
            is_open=_can_decide,
            title=_("Did the lesson take place?"),
            button=_("Record the decision"),
            doing=_("Recording…"),
        ),
    },
)
