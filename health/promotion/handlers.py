"""What events of residents mean for where they were seen."""

from uuid import UUID

from core.events.models import Event
from health.promotion.services import forget_names_of
from health.promotion.services.recording import CONSENT
from health.records.services.agreeing import has_agreed
from stations.people.models import Person


def forget_after_withdrawal(event: Event) -> None:
    """The consent is withdrawn: so are the names that were kept under it; who agreed again stays."""
    person = Person.objects.get(pk=event.payload["person"])
    if event.payload["purpose"] == CONSENT and not has_agreed(person, CONSENT):
        forget_names_of(person=person.pk)


def forget_of_the_erased(event: Event) -> None:
    """Nothing says any more where somebody was seen."""
    forget_names_of(person=UUID(event.payload["person"]))
