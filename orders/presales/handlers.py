"""What presales hear of harvests and lots; a second delivery of an event changes nothing."""

import datetime as dt

from core.events.models import Event
from core.jobs.services import enqueue
from orders.presales.models import PresaleClaim, PresaleCycle
from stations.people.models import Person


def note_harvest_cancelled(event: Event) -> None:
    """Nothing will be brought of a harvest that a presale had promised."""
    notice = event.payload["notice"]
    for presale in PresaleCycle.objects.filter(harvests__notice=notice).order_by("pk"):
        enqueue(
            "presales.tell_of_harvest",
            dedupe_key=f"presale-harvest:{presale.pk}:{notice}",
            payload={"presale": str(presale.pk), "notice": notice},
            run_at=_at(event),
        )


def note_recalled(event: Event) -> None:
    """A lot is called back, with all that was made from it."""
    for presale in PresaleCycle.objects.filter(lot__in=event.payload["lots"]).order_by("pk"):
        enqueue(
            "presales.tell_of_recall",
            dedupe_key=f"presale-recall:{presale.pk}",
            payload={"presale": str(presale.pk)},
            run_at=_at(event),
        )


def forget_words(event: Event) -> None:
    """A resident is forgotten: so is what they said of boxes; what was decided and paid stays with the books."""
    records = Person.objects.of_people(event.payload["person"]).values("pk")
    PresaleClaim.objects.filter(order__villager__in=records).update(words="", updated_at=_at(event))


def _at(event: Event) -> dt.datetime:
    return dt.datetime.fromisoformat(event.payload["at"])
