"""How children, vettings and concerns read on pages."""

from django.utils.translation import gettext as _

from education.safeguarding.models import Concern, Vetting
from stations.accounts.models import User
from stations.people.masking import mask_name
from stations.people.models import Person
from stations.people.queries import serves


def name_for(user: User, person: Person) -> str:
    """The full name for those who serve the person at the own station; masked for all others."""
    return person.full_name if serves(user, person.home_station_id) else mask_name(person.full_name)


def status_of_concern(concern: Concern) -> str:
    """The colour of a concern."""
    if concern.status == Concern.Status.OPEN:
        return "bad"
    return "ok" if concern.status == Concern.Status.CLOSED else "wait"


def status_of_vetting(vetting: Vetting) -> str:
    """The colour of a vetting."""
    kinds = {Vetting.Status.DRAFT: "wait", Vetting.Status.VALID: "ok"}
    return kinds.get(Vetting.Status(vetting.status), "info")


def urgency_words(concern: Concern) -> str:
    """What it is about and how urgent it is, for a row."""
    return _("%(urgency)s · %(category)s") % {
        "urgency": concern.get_urgency_display(),
        "category": concern.get_category_display(),
    }
