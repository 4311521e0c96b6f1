"""How learners and their pages read: first names alone, never a face."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.language.text import is_hanzi
from education.learners.models import LearnerVisit
from education.learners.queries import Seat
from stations.people.models import Person
from stations.people.names import MIDDLE_DOTS


def first_name_of(person: Person, surnames: Collection[str]) -> str:
    """What the class calls somebody: the preferred name, or the name without its surname; `surnames` has compound ones.

    小明 of 王小明, 娜 of 欧阳娜, Maria of Maria Lopez.
    """
    name = person.preferred_name or person.full_name.strip()
    if person.preferred_name:
        return name
    if MIDDLE_DOTS.search(name) or not is_hanzi(name[0]):
        return MIDDLE_DOTS.split(name)[0].split()[0]
    length = 2 if len(name) > 2 and name[:2] in surnames else 1
    return name[length:] or name


def status_of_seat(seat: Seat) -> str:
    """The colour of a learner of the class."""
    if not seat.has_consent or seat.pictures is None:
        return "wait"
    return "bad" if seat.pictures.is_locked else "ok"


def seat_words(seat: Seat) -> str:
    """Whether the learner can open the own page."""
    if not seat.has_consent:
        return _("a guardian has to agree first")
    if seat.pictures is None:
        return _("no pictures yet")
    if seat.pictures.is_spent:
        return _("new pictures have to be chosen")
    return _("locked after five wrong tries") if seat.pictures.is_locked else _("can open the own page")


def visit_words(visit: LearnerVisit) -> str:
    """Whether a page is open."""
    return pgettext("page of a learner", "open") if visit.ended_at is None else pgettext("page of a learner", "closed")
