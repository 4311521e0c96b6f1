"""What other slices tell: residents who withdraw, or are erased, stand in no file that can still be fetched."""

import datetime as dt
from uuid import UUID

from core.events.models import Event
from health.exports.queries import completed_with
from health.exports.services import cancel_export
from health.fhir.resources.consents import PURPOSES
from health.records.services import has_agreed
from stations.people.models import Person


def end_after_withdrawal(event: Event) -> None:
    """The files are deleted, and asked for anew without the resident; who agreed again stays in them."""
    purpose, person = event.payload["purpose"], Person.objects.get(pk=event.payload["person"])
    if purpose in PURPOSES and not has_agreed(person, purpose):
        _end(person.pk, event)


def end_of_the_erased(event: Event) -> None:
    """Nothing of them stays in a file."""
    _end(UUID(event.payload["person"]), event)


def _end(person: UUID, event: Event) -> None:
    for export in completed_with(person):
        cancel_export(export=export, at=dt.datetime.fromisoformat(event.payload["at"]))
