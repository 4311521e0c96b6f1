"""Loading one health event: a refused attempt stands in the log of each resident who is named there."""

from uuid import UUID

from django.http import Http404
from django.utils.timezone import now

from core.access import load
from health.promotion.models import PromotionEvent, Reach
from health.promotion.queries import events
from stations.accounts.models import User
from stations.people.services import log_refused_reads


def load_event(user: User, verb: str, pk: UUID) -> PromotionEvent:
    """The event; an attempt that is told 404 stands in the log of everyone who is named there."""
    try:
        return load(events(), user, verb, pk=pk)
    except Http404:
        people = list(Reach.objects.filter(event=pk).values_list("resident", flat=True))
        log_refused_reads(user=user, people=people, at=now())
        raise
