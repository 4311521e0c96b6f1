"""Loading one record for pages and endpoints: a refused attempt stands in the log of the resident."""

from uuid import UUID

from django.http import Http404
from django.utils.timezone import now

from core.access import load
from health.records.models import HealthRecord
from health.records.models.records import READ
from health.records.queries import records
from stations.accounts.models import User
from stations.people.services import log_refused_read


def load_record(user: User, pk: UUID, verb: str = READ) -> HealthRecord:
    """The record; an attempt that is told 404 stands in the resident's log."""
    try:
        return load(records(), user, verb, pk=pk)
    except Http404:
        log_refusal(user, pk)
        raise


def log_refusal(user: User, pk: UUID) -> None:
    """Write down that this user asked for a record that is not open to them."""
    resident = HealthRecord.objects.filter(pk=pk).values_list("resident", flat=True).first()
    log_refused_read(user=user, person_id=resident, at=now())
