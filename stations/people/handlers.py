"""What residents' records take from other apps."""

import datetime as dt
from typing import Any

from stations.people import services
from stations.people.models import Person


def mark_payer_served(event: Any) -> None:
    """Somebody has just been served: they come first in the next search. A second delivery changes nothing."""
    payer = Person.objects.filter(pk=event.payload.get("payer")).first()
    if payer is not None:
        services.mark_served(person=payer, at=dt.datetime.fromisoformat(event.payload["at"]))
