"""Loading one health event: a refused attempt stands in the log of each resident who is named there."""

from uuid import UUID

from django.http import Http404
from django.utils.timezone import now

from core.access import load
from health.promotion.models import PromotionEvent, Reach
from health.promotion.queries import events
from stations.accounts.models import User
from stations.people.services import log_refused_reads


class EventOutOfReach(Http404):
    """A health event that no post of the reader reaches; there may be no such event."""

    def __init__(self, event_id: UUID) -> None:
        self.event_id = event_id
        super().__init__()


def load_event(user: User, verb: str, pk: UUID) -> PromotionEvent:
    """The event. Raises `EventOutOfReach`."""
    try:
        return load(events(), user, verb, pk=pk)
    except Http404 as missing:
        raise EventOutOfReach(pk) from missing


def load_event_or_log(user: User, verb: str, pk: UUID) -> PromotionEvent:
    """The same outside any transaction: the refusal is written down at once."""
    try:
        return load_event(user, verb, pk)
    except EventOutOfReach as refusal:
        log_refused_event(user, refusal)
        raise


def log_refused_event(user: User, refusal: EventOutOfReach) -> None:
    """Write down that this user asked for an event that is not open to them, in the log of everyone named there."""
    people = list(Reach.objects.filter(event=refusal.event_id).values_list("resident", flat=True))
    log_refused_reads(user=user, people=people, at=now())
