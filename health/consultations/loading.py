"""Loading one case or prescription: a refused attempt stands in the log of the resident."""

from uuid import UUID

from django.http import Http404
from django.utils.timezone import now

from core.access import load
from health.consultations.models import Consultation, Prescription
from health.consultations.queries import cases, prescriptions
from stations.accounts.models import User
from stations.people.services import log_refused_read


def load_case(user: User, pk: UUID, verb: str) -> Consultation:
    """The case; an attempt that is told 404 stands in the resident's log."""
    try:
        return load(cases(), user, verb, pk=pk)
    except Http404:
        log_refused_case(user, pk)
        raise


def load_prescription(user: User, pk: UUID, verb: str) -> Prescription:
    """The prescription; an attempt that is told 404 stands in the resident's log."""
    try:
        return load(prescriptions(), user, verb, pk=pk)
    except Http404:
        log_refused_prescription(user, pk)
        raise


def log_refused_case(user: User, pk: UUID) -> None:
    """Write down that this user asked for a case that is not open to them."""
    resident = Consultation.objects.filter(pk=pk).values_list("resident", flat=True).first()
    log_refused_read(user=user, person_id=resident, at=now())


def log_refused_prescription(user: User, pk: UUID) -> None:
    """Write down that this user asked for a prescription that is not open to them."""
    resident = Prescription.objects.filter(pk=pk).values_list("consultation__resident", flat=True).first()
    log_refused_read(user=user, person_id=resident, at=now())
