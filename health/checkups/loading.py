"""Loading one check-up or report: a refused attempt stands in the log of the resident."""

from uuid import UUID

from django.db.models import Model
from django.http import Http404
from django.utils.timezone import now

from core.access import load
from health.checkups.models import CheckupOrder, CheckupReport
from health.checkups.queries import orders, reports
from stations.accounts.models import User
from stations.people.services import log_refused_read


def load_order(user: User, pk: UUID, verb: str) -> CheckupOrder:
    """The check-up; an attempt that is told 404 stands in the resident's log."""
    try:
        return load(orders(), user, verb, pk=pk)
    except Http404:
        log_refusal(user, CheckupOrder, pk)
        raise


def load_report(user: User, pk: UUID, verb: str) -> CheckupReport:
    """The report; an attempt that is told 404 stands in the resident's log."""
    try:
        return load(reports(), user, verb, pk=pk)
    except Http404:
        log_refusal(user, CheckupReport, pk)
        raise


def log_refusal(user: User, model: type[Model], pk: UUID) -> None:
    """Write down that this user asked for a check-up, a report or an urgent result that is not open to them."""
    path = "resident" if model is CheckupOrder else "order__resident"
    resident = model._default_manager.filter(pk=pk).values_list(path, flat=True).first()
    log_refused_read(user=user, person_id=resident, at=now())
