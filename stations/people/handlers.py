"""What residents' records take from other apps."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from core.database.compiled_queries import compiled_query
from stations.people import services
from stations.people.models import Person


@compiled_query
def _person(pk: Any) -> QuerySet[Person]:
    return Person.objects.filter(pk=pk)


def mark_payer_served(event: Any) -> None:
    """Somebody has just been served: they come first in the next search. A second delivery changes nothing."""
    served = event.payload.get("payer")
    payer = _person.first(served) if served else None
    if payer is not None:
        services.mark_served(person=payer, at=dt.datetime.fromisoformat(event.payload["at"]))
